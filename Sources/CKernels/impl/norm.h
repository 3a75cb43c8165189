// The sums of batch normalisation and its backward pass.

// Rows of one piece of a reduction, so that there are at most LB_REDUCTION_PIECES.
static inline size_t lb_reduction_rows(size_t M) {
    size_t rows = (M + LB_REDUCTION_PIECES - 1) / LB_REDUCTION_PIECES;
    return rows < 256 ? 256 : rows;
}

// Float sums of so many rows are added to the doubles: short enough to lose no precision.
#define LB_REDUCTION_BLOCK 64

static void lb_reduce_partials(
    double *sum0, double *sum1, const double *partial, int pieces, int C) {
    for (int c = 0; c < C; c++) sum0[c] = sum1[c] = 0.0;
    for (int p = 0; p < pieces; p++) {
        const double *q = partial + (size_t)p * 2 * (size_t)C;
        for (int c = 0; c < C; c++) {
            sum0[c] += q[c];
            sum1[c] += q[C + c];
        }
    }
}

// Adds the lanes of two short sums to doubles, `part` of them.
LB_INLINE void lb_flush(double *d0, double *d1, vf f0, vf f1, int part) {
    for (int l = 0; l < part; l++) {
        d0[l] += f0[l];
        d1[l] += f1[l];
    }
}

// Both sums walk a block of rows for all channels before the next block, so that a block is read
// from memory once.
static void lb_channel_sums_piece(void *argument, int piece, int worker) {
    (void)worker;
    const lb_args *A = argument;
    const lb_span s = lb_piece_span(piece, A->per_piece, A->rows);
    const size_t C = (size_t)A->C;
    double *out = A->partial + (size_t)piece * 2 * C;
    for (size_t c = 0; c < 2 * C; c++) out[c] = 0;
    for (size_t m0 = s.first; m0 < s.last; m0 += LB_REDUCTION_BLOCK) {
        const size_t m1 = m0 + LB_REDUCTION_BLOCK < s.last ? m0 + LB_REDUCTION_BLOCK : s.last;
        for (size_t c = 0; c < C; c += W) {
            const int part = C - c < W ? (int)(C - c) : W;
            vf f0 = {0}, f1 = {0};
            for (size_t m = m0; m < m1; m++) {
                const vf x = vload_part(A->a + m * C + c, part);
                f0 += x;
                f1 = vfma(x, x, f1);
            }
            lb_flush(out + c, out + C + c, f0, f1, part);
        }
    }
}

static void lb_channel_sums(
    lb_pool *pool, double *sum, double *sumsq, const float *x, size_t M, int C, double *partial) {
    lb_args A = {.a = x, .rows = M, .C = C, .partial = partial};
    A.per_piece = lb_reduction_rows(M);
    const int pieces = lb_piece_count(M, A.per_piece);
    lb_pool_run(pool, pieces, lb_channel_sums_piece, &A);
    lb_reduce_partials(sum, sumsq, partial, pieces, C);
}

static void lb_norm_reduce_piece(void *argument, int piece, int worker) {
    (void)worker;
    const lb_args *A = argument;
    const lb_span s = lb_piece_span(piece, A->per_piece, A->rows);
    const size_t C = (size_t)A->C;
    const vf slope = vset(A->slope);
    double *out = A->partial + (size_t)piece * 2 * C;
    for (size_t c = 0; c < 2 * C; c++) out[c] = 0;
    for (size_t m0 = s.first; m0 < s.last; m0 += LB_REDUCTION_BLOCK) {
        const size_t m1 = m0 + LB_REDUCTION_BLOCK < s.last ? m0 + LB_REDUCTION_BLOCK : s.last;
        for (size_t c = 0; c < C; c += W) {
            const int part = C - c < W ? (int)(C - c) : W;
            const vf scale = vload_part(A->scale + c, part), shift = vload_part(A->shift + c, part);
            const vf mean = vload_part(A->mean + c, part);
            vf f0 = {0}, f1 = {0};
            for (size_t m = m0; m < m1; m++) {
                const vf z = vload_part(A->b + m * C + c, part);
                const vf da = vload_part(A->a + m * C + c, part);
                const vf g = vleaky(vfma(scale, z, shift), da, slope);
                f0 += g;
                f1 = vfma(g, z - mean, f1);
            }
            lb_flush(out + c, out + C + c, f0, f1, part);
        }
    }
}

static void lb_norm_backward_reduce(lb_pool *pool, double *sum_g, double *sum_gz, const float *da,
    const float *z, const float *scale, const float *shift, const float *mean, float slope,
    size_t M, int C, double *partial) {
    lb_args A = {.a = da,
        .b = z,
        .scale = scale,
        .shift = shift,
        .mean = mean,
        .slope = slope,
        .rows = M,
        .C = C,
        .partial = partial};
    A.per_piece = lb_reduction_rows(M);
    const int pieces = lb_piece_count(M, A.per_piece);
    lb_pool_run(pool, pieces, lb_norm_reduce_piece, &A);
    lb_reduce_partials(sum_g, sum_gz, partial, pieces, C);
}

static void lb_norm_apply_piece(void *argument, int piece, int worker) {
    (void)worker;
    const lb_args *A = argument;
    const lb_span s = lb_piece_span(piece, A->per_piece, A->rows);
    const size_t C = (size_t)A->C;
    const vf slope = vset(A->slope);
    for (size_t m0 = s.first; m0 < s.last; m0 += LB_REDUCTION_BLOCK) {
        const size_t m1 = m0 + LB_REDUCTION_BLOCK < s.last ? m0 + LB_REDUCTION_BLOCK : s.last;
        for (size_t c = 0; c < C; c += W) {
            const int part = C - c < W ? (int)(C - c) : W;
            const vf scale = vload_part(A->scale + c, part), shift = vload_part(A->shift + c, part);
            const vf mean = vload_part(A->mean + c, part), k1 = vload_part(A->k1 + c, part);
            const vf k2 = vload_part(A->k2 + c, part), k3 = vload_part(A->k3 + c, part);
            for (size_t m = m0; m < m1; m++) {
                const vf z = vload_part(A->b + m * C + c, part);
                const vf da = vload_part(A->a + m * C + c, part);
                const vf g = vleaky(vfma(scale, z, shift), da, slope);
                vstore_part(A->y + m * C + c, k1 * g - vfma(k3, z - mean, k2), part);
            }
        }
    }
}

static void lb_norm_backward_apply(lb_pool *pool, float *dz, const float *da, const float *z,
    const float *scale, const float *shift, const float *mean, const float *k1, const float *k2,
    const float *k3, float slope, size_t M, int C) {
    lb_args A = {.y = dz,
        .a = da,
        .b = z,
        .scale = scale,
        .shift = shift,
        .mean = mean,
        .k1 = k1,
        .k2 = k2,
        .k3 = k3,
        .slope = slope,
        .rows = M,
        .C = C};
    A.per_piece = lb_rows_per_piece(C);
    lb_pool_run(pool, lb_piece_count(M, A.per_piece), lb_norm_apply_piece, &A);
}
