# Writes survival.csv (made-up data with ties, delayed entry, strata, clusters and weights) and survival_expected.csv.
# R 4.2.2, survival 3.5-3, cmprsk 2.2-11.
library(survival)
library(cmprsk)
set.seed(20240501)
n <- 60
entry <- ifelse(runif(n) < 0.4, round(runif(n, 0, 6), 1), 0)
time <- entry + pmax(0.5, round(rexp(n, 0.12) * 2) / 2)
d <- data.frame(
  entry, time, status = sample(0:2, n, TRUE, c(0.35, 0.4, 0.25)), group = sample(c("a", "b", "c"), n, TRUE),
  stratum = sample(1:2, n, TRUE), cluster = sample(1:15, n, TRUE), weight = sample(c(1, 2, 0.5), n, TRUE),
  x1 = round(rnorm(n), 1), x2 = rbinom(n, 1, 0.4)
)
d$event <- as.integer(d$status > 0)
write.csv(d, "survival.csv", row.names = FALSE, quote = FALSE)
out <- file("survival_expected.csv", "w")
put <- function(key, values) cat(sprintf("%s,%s\n", key, paste(sprintf("%.15g", as.numeric(values)), collapse = " ")), file = out, sep = "")

late <- Surv(d$entry, d$time, d$event)
right <- Surv(d$time, d$event)
for (scale in c("log-log", "log", "plain")) {
  for (kind in c("late", "right")) {
    fit <- survfit(get(kind) ~ 1, conf.type = scale)
    all <- summary(fit, censored = TRUE)
    put(paste(kind, scale, "lower", sep = "_"), all$lower)
    put(paste(kind, scale, "upper", sep = "_"), all$upper)
    q <- quantile(fit, 0.5)
    put(paste(kind, scale, "median", sep = "_"), c(q$quantile, q$lower, q$upper))
    if (scale == "log") {
      put(paste0(kind, "_time"), all$time)
      put(paste0(kind, "_surv"), all$surv)
      put(paste0(kind, "_se"), all$std.err)
      table <- summary(fit, rmean = 9)$table
      put(paste0(kind, "_rmst"), table[c("rmean", "se(rmean)")])
    }
  }
}
for (rho in c(0, 1, 0.5)) {
  put(sprintf("logrank_%g", rho), survdiff(right ~ group, d, rho = rho)$chisq)
  put(sprintf("logrank_strata_%g", rho), survdiff(right ~ group + strata(stratum), d, rho = rho)$chisq)
}
incidence <- cuminc(d$time, d$status)
at <- timepoints(incidence, c(2, 5, 9))
put("cif_1", at$est[1, ])
put("cif_se_1", sqrt(at$var[1, ]))
for (rho in c(0, 1)) {
  put(sprintf("gray_%g", rho), cuminc(d$time, d$status, d$group, rho = rho)$Tests[, 1])
  put(sprintf("gray_strata_%g", rho), cuminc(d$time, d$status, d$group, d$stratum, rho = rho)$Tests[, 1])
}
exact <- coxph.control(eps = 1e-13, iter.max = 50)
cox <- function(key, fit) {
  put(paste0(key, "_coef"), coef(fit))
  put(paste0(key, "_se"), sqrt(diag(vcov(fit))))
  put(paste0(key, "_loglik"), fit$loglik)
  put(paste0(key, "_tests"), c(summary(fit)$logtest[1], fit$wald.test, fit$score))
  put(paste0(key, "_zph"), cox.zph(fit, terms = FALSE)$table[, 1])
}
cox("plain", coxph(late ~ x1 + x2, d, control = exact))
cox("strata", coxph(late ~ x1 + x2 + strata(stratum), d, control = exact))
cox("clustered", coxph(late ~ x1 + x2, d, cluster = cluster, control = exact))
cox("weighted", coxph(late ~ x1 + x2 + strata(stratum), d, weights = weight, cluster = cluster, control = exact))
cox("breslow", coxph(late ~ x1 + x2, d, cluster = cluster, ties = "breslow", control = exact))
# Ties are broken, because crr treats censoring tied with events in its variance in its own way.
apart <- d$time + rank(d$time, ties.method = "first") / 1000
fit <- crr(apart, d$status, as.matrix(d[, c("x1", "x2")]), maxiter = 50, gtol = 1e-12)
put("crr_coef", fit$coef)
put("crr_se", sqrt(diag(fit$var)))
put("crr_time", apart)
close(out)
