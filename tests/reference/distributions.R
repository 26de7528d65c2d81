# Reference values, run as: Rscript distributions.R > distributions.csv (R 4.2.2)
row <- function(f, a, b, x, v) cat(sprintf("%s,%.17g,%.17g,%.17g,%.17g\n", f, a, b, x, v))
cat("fn,a,b,x,value\n")
for (df in c(1, 1.5, 2, 4, 11, 60, 999, 1001, 25000, 4e6)) {
  for (p in c(1e-30, 1e-11, 1e-4, 0.2, 0.6, 0.995, 1 - 1e-10)) row("t_quantile", df, 0, p, qt(p, df))
  for (t in c(-3, 0.2, 1.7, 11, 35)) row("t_sf", df, 0, t, pt(t, df, lower.tail = FALSE))
}
for (df in c(1, 2, 3.5, 17, 480, 19999, 3e5, 6e6)) {
  for (p in c(1e-60, 1e-9, 0.01, 0.5, 0.999, 1 - 1e-10)) row("chi2_quantile", df, 0, p, qchisq(p, df))
  for (z in c(-6, -2, 0, 3, 15)) { x <- max(df + z * sqrt(2 * df), df / 100)
    row("chi2_sf", df, 0, x, pchisq(x, df, lower.tail = FALSE)); row("chi2_cdf", df, 0, x, pchisq(x, df)) }
}
for (d in list(c(1, 3), c(5, 5), c(3, 1e4), c(2e4, 7), c(9e3, 4e5), c(1e6, 1e6))) {
  # Through qbeta: qf returns 0 for small p and takes more than 4e5 denominator degrees of freedom for infinitely many.
  for (p in c(1e-40, 1e-9, 0.01, 0.5, 0.975, 1 - 1e-10)) {
    q <- if (p < 0.5) qbeta(p, d[1] / 2, d[2] / 2) else qbeta(p, d[2] / 2, d[1] / 2, lower.tail = FALSE)
    row("f_quantile", d[1], d[2], p, d[2] / d[1] * (if (p < 0.5) q / (1 - q) else (1 - q) / q))
  }
  for (x in c(0.5, 0.99, 1.004, 1.3, 9)) row("f_sf", d[1], d[2], x, pf(x, d[1], d[2], lower.tail = FALSE))
}
for (s in list(c(0.4, 0.7), c(1, 40), c(13, 5), c(3, 2e5), c(4e5, 1), c(81, 183), c(5e6, 5e6), c(10, 9999991))) {
  for (p in c(1e-30, 1e-9, 0.005, 0.5, 0.975)) row("beta_quantile", s[1], s[2], p, qbeta(p, s[1], s[2]))
  m <- s[1] / sum(s); sd <- sqrt(m * (1 - m) / (sum(s) + 1))
  for (z in c(-1.5, 0.3, 2, 6)) { x <- min(max(m + z * sd, m / 50), 1 - (1 - m) / 50)
    row("beta_sf", s[1], s[2], x, pbeta(x, s[1], s[2], lower.tail = FALSE)); row("beta_cdf", s[1], s[2], x, pbeta(x, s[1], s[2])) }
}
# Upper tails down to 1e-299.
for (p in c(1e-50, 1e-200, 1e-280, 1e-299)) {
  q <- log(p)
  for (df in c(1, 3, 30, 5000)) { x <- qchisq(q, df, lower.tail = FALSE, log.p = TRUE); row("chi2_sf", df, 0, x, pchisq(x, df, lower.tail = FALSE)) }
  for (df in c(3, 10, 300, 1500)) { x <- -qt(q, df, log.p = TRUE); row("t_sf", df, 0, x, pt(x, df, lower.tail = FALSE)) }
  for (a in c(1, 5, 40)) for (b in c(3, 12, 2000)) {
    x <- exp(uniroot(function(l) pf(exp(l), a, b, lower.tail = FALSE, log.p = TRUE) - q, c(-5, 600), tol = 1e-12)$root)
    row("f_sf", a, b, x, pf(x, a, b, lower.tail = FALSE))
  }
  x <- -qnorm(q, log.p = TRUE)
  row("norm_sf", 0, 0, x, pnorm(x, lower.tail = FALSE))
}
