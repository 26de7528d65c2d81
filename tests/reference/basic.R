# Reference values, run as: Rscript basic.R > basic.json (R 4.2.2, base only)
num <- function(v) ifelse(is.na(v), "null", sprintf("%.17g", v))
arr <- function(v) paste0("[", paste(num(v), collapse = ","), "]")
obj <- function(...) { l <- list(...); paste0("{", paste(sprintf("\"%s\":%s", names(l), unlist(l)), collapse = ","), "}") }
set.seed(20240)
out <- c()
for (k in 1:8) {
  n <- c(2, 3, 5, 9, 14, 20, 30, 7)[k]; m <- c(3, 2, 8, 4, 14, 45, 12, 7)[k]
  x <- round(rnorm(n, 3, c(.2, 1, 2)[k %% 3 + 1]), k %% 3); y <- round(rnorm(m, 3.4, 1), k %% 3)
  w <- t.test(x, y)
  out <- c(out, obj(kind = '"welch"', x = arr(x), y = arr(y), t = num(w$statistic), df = num(w$parameter), p = num(w$p.value), lower = num(w$conf.int[1]), upper = num(w$conf.int[2])))
  a <- sample(1:5, n, TRUE); b <- pmin(5, pmax(1, a + sample(-1:2, n, TRUE)))
  if (sd(a - b) > 0) {
    w <- t.test(a, b, paired = TRUE); s <- suppressWarnings(wilcox.test(a, b, paired = TRUE, exact = FALSE)); u <- suppressWarnings(wilcox.test(a, b, paired = TRUE, exact = FALSE, correct = FALSE))
    out <- c(out, obj(kind = '"paired"', x = arr(a), y = arr(b), t = num(w$statistic), p = num(w$p.value), lower = num(w$conf.int[1]), upper = num(w$conf.int[2]), v = num(s$statistic), p_cc = num(s$p.value), p_nocc = num(u$p.value)))
  }
  d <- sample((1:60)[1:min(60, n)]) * sample(c(-1, 1), min(60, n), TRUE)
  s <- wilcox.test(d, exact = TRUE)
  out <- c(out, obj(kind = '"signed"', x = arr(d), v = num(s$statistic), p_exact = num(s$p.value)))
  q <- sample(-4:9, n, TRUE) / 4
  out <- c(out, obj(kind = '"quantile"', x = arr(q), q = arr(quantile(q, c(0, .1, .25, .5, .75, .9, 1)))))
  p <- runif(n)^3; p[sample(n, 1)] <- NA; p <- round(p, 2)
  out <- c(out, obj(kind = '"adjust"', p = arr(p), holm = arr(p.adjust(p, "holm")), bh = arr(p.adjust(p, "BH")), bonferroni = arr(p.adjust(p, "bonferroni")), by = arr(p.adjust(p, "BY"))))
}
for (c4 in list(c(3, 9, 2, 8), c(0, 1, 0, 0), c(5, 40, 12, 6), c(2, 13, 12, 0), c(1, 7, 7, 3), c(10, 3000, 2890, 4))) {
  mc <- mcnemar.test(matrix(c4[c(1, 3, 2, 4)], 2), correct = FALSE); cc <- mcnemar.test(matrix(c4[c(1, 3, 2, 4)], 2)); bt <- binom.test(c4[2], c4[2] + c4[3])
  ci <- bt$conf.int / (1 - bt$conf.int)
  out <- c(out, obj(kind = '"mcnemar"', counts = arr(c4), chi2 = num(mc$statistic), p = num(mc$p.value), chi2_cc = num(cc$statistic), p_cc = num(cc$p.value), p_exact = num(bt$p.value), or_lower = num(ci[1]), or_upper = num(if (is.finite(ci[2])) ci[2] else NA)))
}
cat("[", paste(out, collapse = ",\n"), "]\n", sep = "")
