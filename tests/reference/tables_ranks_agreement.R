# Reference values, in R 4.2.2: Rscript tests/reference/tables_ranks_agreement.R > tests/reference/tables_ranks_agreement.csv
# Columns: method, case, key, value. The data stand in the Rust test as well.
options(digits = 15)
emit <- function(method, case, ...) { v <- list(...); for (k in names(v)) cat(sprintf("%s,%s,%s,%.15g\n", method, case, k, v[[k]])) }
cat("method,case,key,value\n")

ranks <- list(
  small = list(c(3, 1, 4, 1, 5), c(9, 2, 6, 5, 3, 5)),
  one = list(c(2), c(1, 2, 3, 4, 4)),
  negative = list(c(-2.5, 0, 0, 1e6), c(-2.5, -3, 0.5)))
for (case in names(ranks)) {
  x <- ranks[[case]][[1]]; y <- ranks[[case]][[2]]
  # exact permutation p by enumeration of all choices
  r <- rank(c(x, y)); m <- length(x); all <- combn(length(r), m, function(i) sum(r[i])); e <- m * (length(r) + 1) / 2
  w <- suppressWarnings(wilcox.test(x, y, exact = FALSE, correct = TRUE)); w0 <- suppressWarnings(wilcox.test(x, y, exact = FALSE, correct = FALSE))
  emit("mann_whitney", case, u = unname(w$statistic), exact = mean(abs(all - e) >= abs(sum(r[1:m]) - e) - 1e-9), cc = w$p.value, nocc = w0$p.value)
}
groups <- list(a = c(1, 2, 2, 5), b = c(2, 3, 3, 9, 9), c = c(7), d = c(4, 4, 8, 10))
k <- kruskal.test(groups)
emit("kruskal_wallis", "four", h = unname(k$statistic), p = k$p.value)

tables <- list(
  sparse = matrix(c(1, 0, 4, 0, 3, 2, 6, 0, 1), 3, byrow = TRUE),
  two = matrix(c(12, 7, 5, 9), 2, byrow = TRUE),
  tiny = matrix(c(1, 0, 0, 2), 2, byrow = TRUE),
  wide = matrix(c(2, 0, 5, 1, 3, 4, 3, 0, 2, 1), 2, byrow = TRUE))
for (case in names(tables)) {
  x <- tables[[case]]
  c0 <- suppressWarnings(chisq.test(x, correct = FALSE))
  emit("chi_square", case, chi2 = unname(c0$statistic), p = c0$p.value, min_expected = min(c0$expected), first_residual = c0$stdres[1, 1])
  if (all(dim(x) == 2)) { y <- suppressWarnings(chisq.test(x)); emit("chi_square", case, yates = unname(y$statistic), p_yates = y$p.value) }
  emit("fisher", case, p = fisher.test(x)$p.value)
}
t <- prop.trend.test(c(2, 5, 0, 9), c(10, 12, 3, 11), score = c(0, 1, 2.5, 10))
emit("trend", "unequal", chi2 = unname(t$statistic), p = t$p.value)

strata <- array(c(5, 3, 2, 6, 8, 2, 4, 4, 1, 0, 2, 3), c(2, 2, 3)) # yes/no down, reference/focal across
for (correct in c(TRUE, FALSE)) { m <- mantelhaen.test(aperm(strata, c(2, 1, 3)), correct = correct); emit("dif", if (correct) "corrected" else "plain", or = unname(m$estimate), chi2 = unname(m$statistic), p = m$p.value, lower = m$conf.int[1], upper = m$conf.int[2]) }
close <- array(c(1, 1, 1, 1, 2, 1, 1, 1), c(2, 2, 2)); m <- mantelhaen.test(aperm(close, c(2, 1, 3)))
emit("dif", "close", chi2 = unname(m$statistic), p = m$p.value)

ratings <- matrix(c(8, 2, 0, 1, 3, 6, 2, 0, 0, 1, 7, 3, 1, 0, 2, 5), 4, byrow = TRUE)
k <- suppressWarnings(psych::cohen.kappa(ratings, w = NULL))
# The weighted standard error by the delta method, since psych 2.2.9 gives .11934 on this table: kappa is differentiated by each
# cell's share, with central differences in both directions.
weighted <- function(p) { p <- p / sum(p); w <- 1 - outer(1:4, 1:4, "-")^2 / 9; po <- sum(w * p); pe <- sum(w * outer(rowSums(p), colSums(p))); (po - pe) / (1 - pe) }
p <- ratings / sum(ratings)
slope <- sapply(1:16, function(i) { h <- 1e-3; f <- function(s) { q <- p; q[i] <- q[i] + s; weighted(q) }; (8 * (f(h) - f(-h)) - (f(2 * h) - f(-2 * h))) / (12 * h) })
emit("kappa", "four", unweighted = k$kappa, quadratic = k$weighted.kappa, se_unweighted = sqrt(k$var.kappa), se_quadratic = sqrt(sum(p * slope^2) / sum(ratings)))
