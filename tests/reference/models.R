# Reference values for logistic, proportional-odds and DIF models and for reliability and ICC. Run: Rscript models.R
# R 4.2.2 with MASS and psych. Writes models_logistic.csv, models_ratings.csv, models_reference.csv (name,value,tolerance).
suppressPackageStartupMessages({library(MASS); library(psych)})
set.seed(20240611)
out <- data.frame()
say <- function(name, value, tolerance = 1e-7) out <<- rbind(out, data.frame(name = name, value = value, tolerance = tolerance))

n <- 160
d <- data.frame(age = round(rnorm(n, 52, 9)), hours = round(rexp(n, 1/6), 1), year = sample(2019:2023, n, TRUE))
d$y <- rbinom(n, 1, plogis(-1 + .05 * (d$age - 52) + .12 * d$hours - .3 * (d$year - 2021)))
write.csv(d[c("y", "age", "hours", "year")], "models_logistic.csv", row.names = FALSE, quote = FALSE)
control <- glm.control(epsilon = 1e-14, maxit = 100)
terms <- c("age", "hours", "year")
fit <- glm(y ~ age + hours + year, binomial, d, control = control)
deviance_at <- function(j, v) {
  rest <- setdiff(terms, j)
  deviance(glm(reformulate(c(rest, "offset(v * d[[j]])"), "y"), binomial, d, control = control)) - deviance(fit)
}
for (j in terms) {
  b <- coef(fit)[[j]]; s <- sqrt(vcov(fit)[j, j])
  say(paste0("ml.coef.", j), b); say(paste0("ml.se.", j), s, 1e-6)
  g <- function(v) deviance_at(j, v) - qchisq(.95, 1)
  say(paste0("ml.lower.", j), uniroot(g, c(b - 4 * s, b), tol = 1e-13)$root, 1e-7)
  say(paste0("ml.upper.", j), uniroot(g, c(b, b + 4 * s), tol = 1e-13)$root, 1e-7)
  say(paste0("ml.lr.", j), deviance_at(j, 0))
}
say("ml.coef.(Intercept)", coef(fit)[[1]]); say("ml.loglik", as.numeric(logLik(fit)))

# Firth by direct maximization of the penalized likelihood over standardized columns.
X <- cbind(1, scale(as.matrix(d[terms]))); small <- c(1:14, 31:40); Xs <- X[small, ]; ys <- d$y[small]
pen <- function(b) { p <- plogis(Xs %*% b); sum(dbinom(ys, 1, p, log = TRUE)) + .5 * determinant(crossprod(Xs * sqrt(c(p * (1 - p)))))$modulus[1] }
best <- rep(0, 4); for (i in 1:6) best <- optim(best, function(b) -pen(b), method = "BFGS", control = list(reltol = 1e-16, maxit = 5000))$par
centers <- attr(scale(as.matrix(d[terms])), "scaled:center"); spreads <- attr(scale(as.matrix(d[terms])), "scaled:scale")
for (k in 1:3) say(paste0("firth.coef.", terms[k]), best[k + 1] / spreads[k], 1e-5)
for (k in 1:3) {
  others <- setdiff(1:4, k + 1); o <- best[others]
  for (i in 1:6) o <- optim(o, function(b) { full <- numeric(4); full[others] <- b; -pen(full) }, method = "BFGS", control = list(reltol = 1e-16, maxit = 5000))$par
  full <- numeric(4); full[others] <- o
  say(paste0("firth.lr.", terms[k]), 2 * (pen(best) - pen(full)), 1e-6)
}

# Ratings of five items by two groups; q3 is harder for the focal group, q5 differs by the score.
m <- 240; group <- rep(c("ref", "focal"), length.out = m); f <- rnorm(m)
cut5 <- function(x) as.integer(cut(x, c(-Inf, -1.2, -.4, .4, 1.2, Inf)))
r <- data.frame(group, q1 = cut5(.8 * f + rnorm(m)), q2 = cut5(f + rnorm(m)), q3 = cut5(.9 * f + rnorm(m) - .9 * (group == "focal")),
                q4 = cut5(.6 * f + rnorm(m)), q5 = cut5(ifelse(group == "focal", .2, 1.4) * f + rnorm(m)))
r$total <- rowSums(r[paste0("q", 1:5)])
write.csv(r, "models_ratings.csv", row.names = FALSE, quote = FALSE)

polish <- function(formula, data) {
  # polr's optimizer stops early: Newton's method by numerical derivatives of the direct likelihood from there.
  fit <- polr(formula, data, Hess = TRUE); x <- model.matrix(formula, data)[, -1, drop = FALSE]; y <- as.integer(model.response(model.frame(formula, data)))
  q <- ncol(x); k <- max(y)
  ll <- function(p) { th <- c(-Inf, p[q + seq_len(k - 1)], Inf); e <- c(x %*% p[seq_len(q)]); sum(log(plogis(th[y + 1] - e) - plogis(th[y] - e))) }
  gr <- function(p) { th <- c(-Inf, p[q + seq_len(k - 1)], Inf); e <- c(x %*% p[seq_len(q)]); a <- th[y + 1] - e; b <- th[y] - e
    P <- plogis(a) - plogis(b); fa <- dlogis(a) / P; fb <- dlogis(b) / P
    c(colSums(-(fa - fb) * x), sapply(seq_len(k - 1), function(j) sum(fa[y == j]) - sum(fb[y == j + 1]))) }
  p <- c(coef(fit), fit$zeta); for (i in 1:8) { H <- optimHess(p, ll, gr); p <- p - solve(H, gr(p)) }
  list(par = p, ll = ll(p), se = sqrt(diag(solve(-optimHess(p, ll, gr)))), n = length(y), null = sum(table(y) * log(table(y) / length(y))))
}
r$o1 <- factor(r$q1); r$g <- as.integer(r$group == "focal"); r$o3 <- factor(r$q3); r$o5 <- factor(r$q5)
po <- polish(o1 ~ q2 + q4 + g, r)
for (j in c("q2", "q4", "g")) { say(paste0("po.coef.", j), po$par[[j]]); say(paste0("po.se.", j), po$se[[j]], 1e-5) }
for (j in names(po$par)[4:7]) { say(paste0("po.threshold.", j), po$par[[j]]); say(paste0("po.threshold_se.", j), po$se[[j]], 1e-5) }
say("po.lr.q4", 2 * (po$ll - polish(o1 ~ q2 + g, r)$ll)); say("po.loglik", po$ll)
r2 <- function(m) (1 - exp(2 * (m$null - m$ll) / m$n)) / (1 - exp(2 * m$null / m$n))
for (item in c("o3", "o5")) {
  a <- polish(reformulate("total", item), r); b <- polish(reformulate(c("total", "g"), item), r); c3 <- polish(reformulate(c("total", "g", "total:g"), item), r)
  say(paste0("dif.", item, ".uniform"), 2 * (b$ll - a$ll), 1e-6); say(paste0("dif.", item, ".non_uniform"), 2 * (c3$ll - b$ll), 1e-6)
  say(paste0("dif.", item, ".total"), 2 * (c3$ll - a$ll), 1e-6); say(paste0("dif.", item, ".delta"), r2(c3) - r2(a), 1e-6)
}

items <- r[paste0("q", 1:5)]
al <- suppressWarnings(psych::alpha(items)); say("alpha.raw", al$total$raw_alpha); say("alpha.std", al$total$std.alpha); say("alpha.r", al$total$average_r)
for (i in 1:5) { say(paste0("alpha.drop.q", i), al$alpha.drop$raw_alpha[i]); say(paste0("alpha.item_total.q", i), al$item.stats$r.drop[i]) }
S <- cov(items) * (m - 1) / m
disc <- function(p) { l <- p[1:5]; t <- exp(p[6:10]); M <- l %o% l + diag(t); determinant(M)$modulus[1] + sum(diag(S %*% solve(M))) - determinant(S)$modulus[1] - 5 }
p <- c(rep(.7, 5), log(diag(S) / 2)); for (i in 1:8) p <- optim(p, disc, method = "BFGS", control = list(reltol = 1e-16, maxit = 5000))$par
say("omega.raw", sum(p[1:5])^2 / (sum(p[1:5])^2 + sum(exp(p[6:10]))), 1e-6); say("omega.chi", m * disc(p), 1e-6)
for (i in 1:5) say(paste0("omega.loading.q", i), p[i] / sqrt(S[i, i]), 1e-5)
ic <- psych::ICC(items[1:60, ], lmer = FALSE)$results
for (i in 1:6) { say(paste0("icc.", ic$type[i]), ic$ICC[i]); say(paste0("icc.lower.", ic$type[i]), ic$`lower bound`[i]); say(paste0("icc.upper.", ic$type[i]), ic$`upper bound`[i]) }
out$value <- sprintf("%.12g", out$value)
write.csv(out, "models_reference.csv", row.names = FALSE, quote = FALSE)
