# Writes relationships_expected.csv: curves, Gray's tests and hazard ratios of the example program, from the ledger of its draft.
#   mentorscope simulate example && mentorscope run example
#   Rscript relationships.R example/draft/2026-Q3/restricted/data/episodes.csv
# R 4.2.2, survival 3.5-3, cmprsk 2.2-11.
library(survival)
library(cmprsk)
d <- read.csv(commandArgs(TRUE)[1], na.strings = "")
d <- d[d$never_at_risk == "no", ]
d$cause <- match(d$status, c("failed", "completed", "neutral"), nomatch = 0)
out <- file("relationships_expected.csv", "w")
put <- function(key, values) cat(sprintf("%s,%s\n", key, paste(sprintf("%.12g", as.numeric(values)), collapse = " ")), file = out, sep = "")

# Aalen-Johansen with delayed entry: state probabilities of a multi-state survfit.
d$state <- factor(d$cause, 0:3, c("open", "failed", "completed", "neutral"))
ages <- c(183, 365, 548, 730)
curve <- function(key, data) {
  ages <- ages[ages <= max(data$age_at_exit)]
  if (length(ages) == 0) return()
  fit <- survfit(Surv(age_at_entry, age_at_exit, state) ~ 1, data, id = seq_len(nrow(data)))
  at <- summary(fit, times = ages)
  for (end in c("failed", "completed", "neutral")) {
    put(paste("curve", key, end, sep = "|"), at$pstate[, match(end, fit$states)])
  }
}
curve("all|all", d)
divisions <- c(cohort = "cohort", department = "mentee_department", gender = "mentee_gender", `mentor:career_stage` = "mentor_career_stage")
for (division in names(divisions)) {
  column <- divisions[[division]]
  for (group in sort(unique(na.omit(d[[column]])))) curve(paste(division, group, sep = "|"), d[which(d[[column]] == group), ])
}

# Gray's test, those registered late left out, groups of at least 10.
for (division in names(divisions)) {
  column <- divisions[[division]]
  o <- d[!is.na(d[[column]]) & d$age_at_entry == 0, ]
  large <- names(which(table(o[[column]]) >= 10))
  o <- o[o[[column]] %in% large, ]
  test <- cuminc(o$age_at_exit, o$cause, o[[column]])$Tests
  # A variance that cannot be inverted makes cmprsk answer -1: no answer.
  for (cause in which(test[, "stat"] >= 0)) put(paste("gray", division, c("failed", "completed", "neutral")[cause], sep = "|"), test[as.character(cause), c("stat", "df", "pv")])
}

# Cause-specific Cox model of failure, clustered by mentor.
cox <- function(key, formula, data) {
  rows <<- data
  fit <- coxph(formula, rows, cluster = mentor, ties = "efron")
  s <- summary(fit)
  put(paste("cox", key, sep = "|"), c(s$conf.int[, "exp(coef)"], s$conf.int[, "lower .95"], s$conf.int[, "upper .95"], s$coefficients[, "Pr(>|z|)"]))
  put(paste("zph", key, sep = "|"), min(cox.zph(fit, transform = "km")$table[, "p"]))
}
d$failed <- d$cause == 1
d$month <- d$interval_days / 30
cox("Mentees of the mentor", Surv(age_at_entry, age_at_exit, failed) ~ mentees_of_mentor, d)
cox("Agreed days between meetings", Surv(age_at_entry, age_at_exit, failed) ~ month, d)
stage <- table(d$mentor_career_stage)
d$stage <- relevel(factor(d$mentor_career_stage), names(which.max(stage)))
s <- d[d$mentor_career_stage %in% names(which(stage >= 10)), ]
s$stage <- droplevels(s$stage)
cox("Mentor's career stage", Surv(age_at_entry, age_at_exit, failed) ~ stage, s)
g <- d[!is.na(d$mentee_gender) & !is.na(d$mentor_gender) & d$mentee_gender != "PNS" & d$mentor_gender != "PNS", ]
g$alike <- as.numeric(g$mentee_gender == g$mentor_gender)
cox("Mentee and mentor alike in gender", Surv(age_at_entry, age_at_exit, failed) ~ alike, g)
close(out)
