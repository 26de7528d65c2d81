# Reference values for segmented regression and difference in differences: R 4.2.2 (lm, nlme 3.1), sandwiches written out as matrices.
# Run as `Rscript change.R` in this folder.
suppressMessages(library(nlme))
set.seed(5)
out <- list()
put <- function(key, value) out[[key]] <<- unname(as.numeric(value))
period <- 3:22
post <- as.numeric(period >= 11); time_since <- pmax(0, period - 10)
value <- round(20 + 0.3 * period + 2 * post + 0.4 * time_since + as.numeric(arima.sim(list(ar = 0.4), 20)), 2)
series <- data.frame(period, post, time_since, value)
write.csv(series, "its.csv", row.names = FALSE, quote = FALSE)
fit <- lm(value ~ period + post + time_since, series)
X <- model.matrix(fit); e <- resid(fit); B <- solve(crossprod(X)); n <- nrow(X)
put("its_coef", coef(fit))
put("its_classical", sqrt(diag(vcov(fit))))
put("its_hc3", sqrt(diag(B %*% crossprod(X * e / (1 - hatvalues(fit))) %*% B)))
S <- X * e
M <- crossprod(S)
for (l in 1:3) { G <- crossprod(S[(l + 1):n, ], S[1:(n - l), ]); M <- M + (1 - l / 4) * (G + t(G)) }
put("its_newey_west_lag3", sqrt(diag(B %*% M %*% B) * n / (n - 4)))
put("its_durbin_watson", sum(diff(e)^2) / sum(e^2))
g <- gls(value ~ period + post + time_since, series, correlation = corAR1(), method = "REML",
         control = glsControl(tolerance = 1e-12, msTol = 1e-14, msMaxIter = 1000))
put("its_gls", c(coef(g), sqrt(diag(vcov(g))), g$sigma, coef(g$modelStruct, unconstrained = FALSE)))

unit <- rep(sprintf("u%d", 1:7), c(6, 8, 5, 7, 4, 6, 9))
treated <- as.numeric(unit %in% c("u2", "u5", "u7"))
time <- rbinom(length(unit), 1, 0.5)
value <- round(3 + 0.2 * treated + 0.1 * time + 0.6 * treated * time + rnorm(7, 0, 0.3)[match(unit, unique(unit))] + rnorm(length(unit), 0, 0.5), 2)
rows <- data.frame(unit, treated, period = time, value)
write.csv(rows, "did.csv", row.names = FALSE, quote = FALSE)
fit <- lm(value ~ treated * period, rows)
X <- model.matrix(fit); B <- solve(crossprod(X)); n <- nrow(X)
U <- rowsum(X * resid(fit), unit)
put("did_att", coef(fit)[4])
put("did_classical", sqrt(diag(vcov(fit)))[4])
put("did_cr1", sqrt((B %*% crossprod(U) %*% B * 7 / 6 * (n - 1) / (n - 4))[4, 4]))
att <- function(chosen) {
  t <- as.numeric(unit %in% chosen)
  m <- tapply(value, list(t, time), mean)
  (m[2, 2] - m[2, 1]) - (m[1, 2] - m[1, 1])
}
all <- combn(unique(unit), 3, att)
put("did_permutation", mean(abs(all) >= abs(coef(fit)[4]) * (1 - 1e-9)))
null <- lm(value ~ treated + period, rows)
tstat <- function(y) {
  f <- lm.fit(X, y)
  V <- B %*% crossprod(rowsum(X * f$residuals, unit)) %*% B
  f$coefficients[4] / sqrt(V[4, 4])
}
signs <- as.matrix(expand.grid(rep(list(c(-1, 1)), 7)))
drawn <- apply(signs, 1, function(s) tstat(fitted(null) + resid(null) * s[match(unit, unique(unit))]))
put("did_wild", mean(abs(drawn) >= abs(tstat(value)) * (1 - 1e-9)))
writeLines(paste0("{\n", paste(sprintf('  "%s": %s', names(out), sapply(out, function(v) {
  text <- paste(formatC(v, digits = 15, format = "g"), collapse = ", ")
  if (length(v) > 1) paste0("[", text, "]") else text
})), collapse = ",\n"), "\n}"), "change.json")
