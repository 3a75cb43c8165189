// Activations, sums and dropout: one number in, one number out.

static void lb_activate_piece(void *argument, int piece, int worker) {
    (void)worker;
    const lb_args *A = argument;
    const lb_span s = lb_piece_span(piece, A->per_piece, A->rows);
    const size_t C = (size_t)A->C;
    const vf slope = vset(A->slope);
    for (size_t c = 0; c < C; c += W) {
        const int part = C - c < W ? (int)(C - c) : W;
        const vf scale = vload_part(A->scale + c, part), shift = vload_part(A->shift + c, part);
        for (size_t m = s.first; m < s.last; m++) {
            const vf v = vfma(scale, vload_part(A->a + m * C + c, part), shift);
            vstore_part(A->y + m * C + c, vleaky(v, v, slope), part);
        }
    }
}

static void lb_activate_flat_piece(void *argument, int piece, int worker) {
    (void)worker;
    const lb_args *A = argument;
    const lb_span s = lb_piece_span(piece, LB_FLAT_PIECE, A->rows);
    const vf slope = vset(A->slope);
    for (size_t i = s.first; i < s.last; i += W) {
        const int part = s.last - i < W ? (int)(s.last - i) : W;
        const vf v = vload_part(A->a + i, part);
        vstore_part(A->y + i, vleaky(v, v, slope), part);
    }
}

static void lb_activate(lb_pool *pool, float *y, const float *x, const float *scale,
    const float *shift, float slope, size_t M, int C) {
    lb_args A = {.y = y, .a = x, .scale = scale, .shift = shift, .slope = slope, .rows = M, .C = C};
    if (!scale) { // no channels to tell apart
        A.rows = M * (size_t)C;
        lb_pool_run(pool, lb_piece_count(A.rows, LB_FLAT_PIECE), lb_activate_flat_piece, &A);
        return;
    }
    A.per_piece = lb_rows_per_piece(C);
    lb_pool_run(pool, lb_piece_count(M, A.per_piece), lb_activate_piece, &A);
}

static void lb_activate_backward_piece(void *argument, int piece, int worker) {
    (void)worker;
    const lb_args *A = argument;
    const lb_span s = lb_piece_span(piece, LB_FLAT_PIECE, A->rows);
    const vf slope = vset(A->slope);
    for (size_t i = s.first; i < s.last; i += W) {
        const int part = s.last - i < W ? (int)(s.last - i) : W;
        const vf g = vleaky(vload_part(A->b + i, part), vload_part(A->a + i, part), slope);
        vstore_part(A->y + i, A->accumulate ? vload_part(A->y + i, part) + g : g, part);
    }
}

static void lb_activate_backward(lb_pool *pool, float *dx, const float *dy, const float *x,
    float slope, int accumulate, size_t count) {
    lb_args A = {.y = dx, .a = dy, .b = x, .slope = slope, .accumulate = accumulate, .rows = count};
    lb_pool_run(pool, lb_piece_count(count, LB_FLAT_PIECE), lb_activate_backward_piece, &A);
}

static void lb_sigmoid_piece(void *argument, int piece, int worker) {
    (void)worker;
    const lb_args *A = argument;
    const lb_span s = lb_piece_span(piece, LB_FLAT_PIECE, A->rows);
    for (size_t i = s.first; i < s.last; i++) A->y[i] = 1.0f / (1.0f + expf(-A->a[i]));
}

static void lb_sigmoid(lb_pool *pool, float *y, const float *x, size_t count) {
    lb_args A = {.y = y, .a = x, .rows = count};
    lb_pool_run(pool, lb_piece_count(count, LB_FLAT_PIECE), lb_sigmoid_piece, &A);
}

static void lb_sigmoid_backward_piece(void *argument, int piece, int worker) {
    (void)worker;
    const lb_args *A = argument;
    const lb_span s = lb_piece_span(piece, LB_FLAT_PIECE, A->rows);
    for (size_t i = s.first; i < s.last; i++) {
        const float g = A->a[i] * A->b[i] * (1.0f - A->b[i]);
        A->y[i] = A->accumulate ? A->y[i] + g : g;
    }
}

static void lb_sigmoid_backward(
    lb_pool *pool, float *dx, const float *dy, const float *y, int accumulate, size_t count) {
    lb_args A = {.y = dx, .a = dy, .b = y, .accumulate = accumulate, .rows = count};
    lb_pool_run(pool, lb_piece_count(count, LB_FLAT_PIECE), lb_sigmoid_backward_piece, &A);
}

static void lb_add_piece(void *argument, int piece, int worker) {
    (void)worker;
    const lb_args *A = argument;
    const lb_span s = lb_piece_span(piece, LB_FLAT_PIECE, A->rows);
    for (size_t i = s.first; i < s.last; i += W) {
        const int part = s.last - i < W ? (int)(s.last - i) : W;
        vstore_part(A->y + i, vload_part(A->a + i, part) + vload_part(A->b + i, part), part);
    }
}

static void lb_add(lb_pool *pool, float *y, const float *a, const float *b, size_t count) {
    lb_args A = {.y = y, .a = a, .b = b, .rows = count};
    lb_pool_run(pool, lb_piece_count(count, LB_FLAT_PIECE), lb_add_piece, &A);
}

// A hash of 32 bits (two rounds of xorshift and multiplication, constants by C. Wellons).
LB_INLINE vi lb_mix(vi x) {
    vu h = (vu)x;
    h = (h ^ (h >> 16)) * 0x7feb352du;
    h = (h ^ (h >> 15)) * 0x846ca68bu;
    return (vi)(h ^ (h >> 16));
}

// Keeps an element where the hash of seed and index says so: the same on every thread.
static void lb_dropout_piece(void *argument, int piece, int worker) {
    (void)worker;
    const lb_args *A = argument;
    const lb_span s = lb_piece_span(piece, LB_FLAT_PIECE, A->rows);
    const vi low = (vi){0} + (int32_t)(uint32_t)A->seed;
    const vi high = (vi){0} + (int32_t)(uint32_t)(A->seed >> 32);
    const vu threshold = (vu){0} + (uint32_t)((double)A->rate * 4294967295.0);
    const vf keep = vset(1.0f / (1.0f - A->rate));
    vi lane;
    for (int l = 0; l < W; l++) lane[l] = l;
    for (size_t i = s.first; i < s.last; i += W) {
        const int part = s.last - i < W ? (int)(s.last - i) : W;
        const vi index = lane + (int32_t)(uint32_t)i;
        const vi kept = (vu)lb_mix(lb_mix(index ^ low) + high) >= threshold;
        const vf v = (vf)(kept & (vi)(keep * vload_part(A->a + i, part)));
        vstore_part(A->y + i, A->accumulate ? vload_part(A->y + i, part) + v : v, part);
    }
}

static void lb_dropout(lb_pool *pool, float *y, const float *x, uint64_t seed, float rate,
    int accumulate, size_t count) {
    lb_args A = {
        .y = y, .a = x, .seed = seed, .rate = rate, .accumulate = accumulate, .rows = count};
    lb_pool_run(pool, lb_piece_count(count, LB_FLAT_PIECE), lb_dropout_piece, &A);
}
