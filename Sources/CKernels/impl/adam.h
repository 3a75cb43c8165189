// The optimiser's update, and moving averages of weights.

static void lb_adam_piece(void *argument, int piece, int worker) {
    (void)worker;
    const lb_args *A = argument;
    const lb_span s = lb_piece_span(piece, LB_FLAT_PIECE, A->rows);
    float *restrict p = A->y, *restrict m = A->y2, *restrict v = A->y3;
    const float *restrict g = A->a;
    const float b1 = A->beta1, b2 = A->beta2, step = A->step, epsilon = A->epsilon;
    for (size_t i = s.first; i < s.last; i++) {
        m[i] = b1 * m[i] + (1.0f - b1) * g[i];
        v[i] = b2 * v[i] + (1.0f - b2) * (g[i] * g[i]);
        p[i] -= step * m[i] / (sqrtf(v[i]) + epsilon);
    }
}

static void lb_adam(lb_pool *pool, float *p, float *m, float *v, const float *g, float step_size,
    float beta1, float beta2, float epsilon_hat, size_t count) {
    lb_args A = {.y = p,
        .y2 = m,
        .y3 = v,
        .a = g,
        .step = step_size,
        .beta1 = beta1,
        .beta2 = beta2,
        .epsilon = epsilon_hat,
        .rows = count};
    lb_pool_run(pool, lb_piece_count(count, LB_FLAT_PIECE), lb_adam_piece, &A);
}

static void lb_average_piece(void *argument, int piece, int worker) {
    (void)worker;
    const lb_args *A = argument;
    const lb_span s = lb_piece_span(piece, LB_FLAT_PIECE, A->rows);
    float *restrict y = A->y;
    const float *restrict x = A->a;
    const float keep = A->beta1, share = A->beta2;
    for (size_t i = s.first; i < s.last; i++) y[i] = keep * y[i] + share * x[i];
}

static void lb_average(lb_pool *pool, float *y, const float *x, float keep, size_t count) {
    lb_args A = {.y = y, .a = x, .beta1 = keep, .beta2 = 1.0f - keep, .rows = count};
    lb_pool_run(pool, lb_piece_count(count, LB_FLAT_PIECE), lb_average_piece, &A);
}
