# Reference values for random-intercept models: R 4.2.2, lme4 1.1-31 with a tight optimizer. Run as `Rscript multilevel.R` in this folder.
suppressMessages(library(lme4))
set.seed(77)
sizes <- c(1, 2, 7, 3, 5, 1, 9, 4)
group <- rep(letters[1:8], sizes)
x1 <- round(rnorm(length(group), 10), 2)
x2 <- rep(c(0, 1, 0, 1, 1, 0, 1, 0), sizes)
value <- round(50 + rep(rnorm(8, 0, 2), sizes) + 0.8 * x1 - x2 + rnorm(length(group), 0, 2), 2)
rows <- data.frame(group, value, x1, x2)
write.csv(rows, "multilevel.csv", row.names = FALSE, quote = FALSE)
out <- list()
put <- function(key, value) out[[key]] <<- unname(as.numeric(value))
tables <- anova(lm(value ~ group, rows))
put("anova", c(tables$`Mean Sq`, tables$`F value`[1], tables$`Pr(>F)`[1]))
n <- table(group); total <- sum(n)
n0 <- (total - sum(n^2) / total) / (length(n) - 1)
put("n0", n0)
ms <- tables$`Mean Sq`
put("icc1", (ms[1] - ms[2]) / (ms[1] + (n0 - 1) * ms[2]))
put("icc2", (ms[1] - ms[2]) / ms[1])
tight <- lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-12, maxfun = 1e5))
for (kind in c("empty", "full")) {
  fit <- if (kind == "empty") lmer(value ~ 1 + (1 | group), rows, control = tight) else lmer(value ~ x1 + x2 + (1 | group), rows, control = tight)
  put(paste0(kind, "_coef"), fixef(fit))
  put(paste0(kind, "_std_error"), sqrt(diag(as.matrix(vcov(fit)))))
  put(paste0(kind, "_variances"), as.data.frame(VarCorr(fit))$vcov)
  put(paste0(kind, "_criterion"), REMLcrit(fit))
}
writeLines(paste0("{\n", paste(sprintf('  "%s": %s', names(out), sapply(out, function(v) {
  text <- paste(formatC(v, digits = 15, format = "g"), collapse = ", ")
  if (length(v) > 1) paste0("[", text, "]") else text
})), collapse = ",\n"), "\n}"), "multilevel.json")
