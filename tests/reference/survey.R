# Reference values for weighted estimates: R 4.2.2, survey 4.1-1. Run as `Rscript survey.R` in this folder.
suppressMessages(library(survey))
set.seed(20240)
strata <- c("north", "south", "west")
clusters <- c(4, 3, 5)
population <- c(9, 7, 40)
rows <- do.call(rbind, lapply(1:3, function(h) do.call(rbind, lapply(seq_len(clusters[h]), function(g) {
  m <- sample(2:5, 1)
  data.frame(stratum = strata[h], cluster = g, fpc = population[h], weight = round(runif(m, 1, 6), 2),
             sex = sample(c("f", "m"), m, TRUE), age = sample(c("young", "mid", "old"), m, TRUE),
             y = round(rnorm(m, 3 + h / 3 + rnorm(1) / 2), 2), x = round(runif(m, 1, 4), 2), yes = rbinom(m, 1, 0.6))
}))))
rows$y[c(3, 17, 30)] <- NA
rows$domain <- sample(c("a", "b"), nrow(rows), TRUE)
rows$domain[rows$stratum == "west" & rows$cluster > 1] <- "a"
write.csv(rows, "survey.csv", row.names = FALSE, quote = FALSE, na = "")

design <- svydesign(id = ~cluster, strata = ~stratum, weights = ~weight, fpc = ~fpc, nest = TRUE, data = rows)
out <- list()
put <- function(key, value) out[[key]] <<- unname(as.numeric(value))
summarize <- function(prefix, m, df) {
  put(paste0(prefix, "_estimate"), coef(m)[1])
  put(paste0(prefix, "_std_error"), SE(m)[1])
  limits <- confint(m, df = df)
  put(paste0(prefix, "_lower"), limits[1])
  put(paste0(prefix, "_upper"), limits[2])
}
summarize("mean", svymean(~y, design, na.rm = TRUE), degf(design))
summarize("total", svytotal(~x, design), degf(design))
summarize("ratio", svyratio(~yes, ~x, design), degf(design))
part <- subset(design, domain == "b")
summarize("domain", svymean(~y, part, na.rm = TRUE), degf(part))
put("domain_df", degf(part))
share <- svyciprop(~yes, design, method = "logit")
put("share_estimate", share); put("share_std_error", SE(share))
put("share_lower", attr(share, "ci")[1]); put("share_upper", attr(share, "ci")[2])
free <- svydesign(id = ~cluster, strata = ~stratum, weights = ~weight, nest = TRUE, data = rows)
summarize("replacement", svymean(~x, free), degf(free))
sexes <- data.frame(sex = c("f", "m"), Freq = c(70, 90))
ages <- data.frame(age = c("mid", "old", "young"), Freq = c(60, 45, 55))
post <- postStratify(design, ~sex, sexes)
summarize("post", svymean(~x, post), degf(post))
part <- subset(post, domain == "b")
summarize("post_domain", svymean(~x, part), degf(part))
summarize("post_total", svytotal(~yes, post), degf(post))
# calibrate() takes the residuals of the regression weighted with the design weights; rake() takes them unweighted.
totals <- c(`(Intercept)` = 160, sexm = 90, ageold = 45, ageyoung = 55)
raked <- calibrate(design, ~sex + age, totals, calfun = "raking", epsilon = 1e-13, maxit = 500)
summarize("rake", svymean(~x, raked), degf(raked))
put("rake_weights", weights(raked))
trimmed <- trimWeights(design, upper = 1.3 * median(rows$weight), strict = TRUE)
put("trim_weights", weights(trimmed))
writeLines(paste0("{\n", paste(sprintf('  "%s": %s', names(out), sapply(out, function(v) {
  text <- paste(formatC(v, digits = 15, format = "g"), collapse = ", ")
  if (length(v) > 1) paste0("[", text, "]") else text
})), collapse = ",\n"), "\n}"), "survey.json")
