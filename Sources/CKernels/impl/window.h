// Pooling and bilinear doubling. A piece is one output row of one image.

// W bytes of an index map.
typedef uint8_t vb __attribute__((vector_size(LB_WIDTH), aligned(1)));

LB_INLINE vi vload_index(const uint8_t *p, int count) {
    if (count >= W) return __builtin_convertvector(*(const vb *)p, vi);
    vi x = {0};
    for (int i = 0; i < count; i++) x[i] = p[i];
    return x;
}

LB_INLINE void vstore_index(uint8_t *p, vi x, int count) {
    if (count >= W) {
        *(vb *)p = __builtin_convertvector(x, vb);
        return;
    }
    for (int i = 0; i < count; i++) p[i] = (uint8_t)x[i];
}

LB_INLINE vf vpick(vi mask, vf a, vf b) { return (vf)((mask & (vi)a) | (~mask & (vi)b)); }

static void lb_max_pool2_piece(void *argument, int piece, int worker) {
    (void)worker;
    const lb_args *A = argument;
    const size_t C = (size_t)A->source.channels, width = (size_t)A->W, Wo = width / 2;
    const int Ho = A->H / 2, n = piece / Ho, i = piece % Ho;
    const float *top = A->source.data + ((size_t)n * (size_t)A->H + 2 * (size_t)i) * width * C;
    float *y = A->y + (size_t)piece * Wo * C;
    uint8_t *index = A->index + (size_t)piece * Wo * C;
    const int relu = A->source.relu;
    for (size_t c = 0; c < C; c += W) {
        const int part = C - c < W ? (int)(C - c) : W;
        const vf scale = A->source.scale ? vload_part(A->source.scale + c, part) : vset(1.0f);
        const vf shift = A->source.scale ? vload_part(A->source.shift + c, part) : (vf){0};
        for (size_t j = 0; j < Wo; j++) {
            const float *p = top + 2 * j * C + c;
            vf best = vfma(scale, vload_part(p, part), shift);
            vi which = {0};
            for (int k = 1; k < 4; k++) {
                const float *q = p + (k % 2 ? C : 0) + (k / 2 ? width * C : 0);
                const vf v = vfma(scale, vload_part(q, part), shift);
                const vi larger = v > best;
                best = vpick(larger, v, best);
                which = (larger & ((vi){0} + k)) | (~larger & which);
            }
            vstore_part(y + j * C + c, relu ? vrelu(best) : best, part);
            vstore_index(index + j * C + c, which, part);
        }
    }
}

static void lb_max_pool2(
    lb_pool *pool, float *y, uint8_t *index, lb_source x, int N, int H, int W_) {
    lb_args A = {.y = y, .index = index, .source = x, .N = N, .H = H, .W = W_};
    lb_pool_run(pool, N * (H / 2), lb_max_pool2_piece, &A);
}

static void lb_max_pool2_backward_piece(void *argument, int piece, int worker) {
    (void)worker;
    const lb_args *A = argument;
    const size_t C = (size_t)A->C, width = (size_t)A->W, Wo = width / 2;
    const int Ho = A->H / 2, rows = (A->H + 1) / 2, n = piece / rows, i = piece % rows;
    float *top = A->y + ((size_t)n * (size_t)A->H + 2 * (size_t)i) * width * C;
    if (i >= Ho) { // an odd last row has no window
        if (!A->accumulate) memset(top, 0, sizeof(float) * width * C);
        return;
    }
    if (!A->accumulate && width % 2) {
        memset(top + (width - 1) * C, 0, sizeof(float) * C);
        memset(top + (2 * width - 1) * C, 0, sizeof(float) * C);
    }
    const float *dy = A->a + ((size_t)n * (size_t)Ho + (size_t)i) * Wo * C;
    const uint8_t *index = A->index_in + ((size_t)n * (size_t)Ho + (size_t)i) * Wo * C;
    for (size_t j = 0; j < Wo; j++) {
        for (size_t c = 0; c < C; c += W) {
            const int part = C - c < W ? (int)(C - c) : W;
            const vi which = vload_index(index + j * C + c, part);
            const vf g = vload_part(dy + j * C + c, part);
            LB_UNROLL for (int k = 0; k < 4; k++) {
                float *q = top + 2 * j * C + c + (k % 2 ? C : 0) + (k / 2 ? width * C : 0);
                const vf own = (vf)((vi)(which == k) & (vi)g);
                vstore_part(q, A->accumulate ? vload_part(q, part) + own : own, part);
            }
        }
    }
}

static void lb_max_pool2_backward(lb_pool *pool, float *dx, const float *dy, const uint8_t *index,
    int accumulate, int N, int H, int W_, int C) {
    lb_args A = {.y = dx,
        .a = dy,
        .index_in = index,
        .accumulate = accumulate,
        .N = N,
        .H = H,
        .W = W_,
        .C = C};
    lb_pool_run(pool, N * ((H + 1) / 2), lb_max_pool2_backward_piece, &A);
}

static void lb_average_pool2_piece(void *argument, int piece, int worker) {
    (void)worker;
    const lb_args *A = argument;
    const int C = A->source.channels, Ho = A->H / 2, Wo = A->W / 2;
    const int n = piece / Ho, i = piece % Ho;
    const size_t top = ((size_t)n * (size_t)A->H + 2 * (size_t)i) * (size_t)A->W;
    for (int j = 0; j < Wo; j++) {
        const size_t p = top + 2 * (size_t)j;
        float *y = A->y + ((size_t)piece * (size_t)Wo + (size_t)j) * (size_t)C;
        for (int c = 0; c < C; c++)
            y[c] = 0.25f
                * ((lb_read(&A->source, p, c) + lb_read(&A->source, p + 1, c))
                    + (lb_read(&A->source, p + (size_t)A->W, c)
                        + lb_read(&A->source, p + (size_t)A->W + 1, c)));
    }
}

static void lb_average_pool2(lb_pool *pool, float *y, lb_source x, int N, int H, int W) {
    lb_args A = {.y = y, .source = x, .N = N, .H = H, .W = W};
    lb_pool_run(pool, N * (H / 2), lb_average_pool2_piece, &A);
}

static void lb_average_pool2_backward_piece(void *argument, int piece, int worker) {
    (void)worker;
    const lb_args *A = argument;
    const int C = A->C, Ho = A->H / 2, Wo = A->W / 2;
    const int n = piece / A->H, i = piece % A->H;
    float *row = A->y + (size_t)piece * (size_t)A->W * (size_t)C;
    for (int j = 0; j < A->W; j++) {
        float *dx = row + (size_t)j * (size_t)C;
        if (i / 2 < Ho && j / 2 < Wo) {
            const float *dy = A->a
                + (((size_t)n * (size_t)Ho + (size_t)(i / 2)) * (size_t)Wo + (size_t)(j / 2))
                    * (size_t)C;
            for (int c = 0; c < C; c++) dx[c] = (A->accumulate ? dx[c] : 0.0f) + 0.25f * dy[c];
        } else if (!A->accumulate) {
            for (int c = 0; c < C; c++) dx[c] = 0.0f;
        }
    }
}

static void lb_average_pool2_backward(
    lb_pool *pool, float *dx, const float *dy, int accumulate, int N, int H, int W, int C) {
    lb_args A = {.y = dx, .a = dy, .accumulate = accumulate, .N = N, .H = H, .W = W, .C = C};
    lb_pool_run(pool, N * H, lb_average_pool2_backward_piece, &A);
}

// Bilinear x2 with pixel centres: output 2i mixes rows i-1 (0.25) and i (0.75), output 2i+1
// mixes i (0.75) and i+1 (0.25); neighbours outside are the edge itself.
static inline int lb_clamp(int v, int size) { return v < 0 ? 0 : (v >= size ? size - 1 : v); }

static void lb_bilinear2_piece(void *argument, int piece, int worker) {
    (void)worker;
    const lb_args *A = argument;
    const int C = A->C, H = A->H, W = A->W;
    const int n = piece / (2 * H), i = piece % (2 * H);
    const int near = i / 2, far = lb_clamp(i % 2 ? near + 1 : near - 1, H);
    const float *r0 = A->a + ((size_t)n * (size_t)H + (size_t)near) * (size_t)W * (size_t)C;
    const float *r1 = A->a + ((size_t)n * (size_t)H + (size_t)far) * (size_t)W * (size_t)C;
    float *y = A->y + (size_t)piece * 2 * (size_t)W * (size_t)C;
    for (int j = 0; j < 2 * W; j++, y += C) {
        const int left = j / 2, right = lb_clamp(j % 2 ? left + 1 : left - 1, W);
        const float *a = r0 + (size_t)left * (size_t)C, *b = r0 + (size_t)right * (size_t)C;
        const float *d = r1 + (size_t)left * (size_t)C, *e = r1 + (size_t)right * (size_t)C;
        for (int c = 0; c < C; c++)
            y[c] = 0.75f * (0.75f * a[c] + 0.25f * b[c]) + 0.25f * (0.75f * d[c] + 0.25f * e[c]);
    }
}

static void lb_bilinear2(lb_pool *pool, float *y, const float *x, int N, int H, int W, int C) {
    lb_args A = {.y = y, .a = x, .N = N, .H = H, .W = W, .C = C};
    lb_pool_run(pool, N * 2 * H, lb_bilinear2_piece, &A);
}

// The weight of output o in input i along one axis of `size` inputs.
static inline float lb_bilinear_weight(int o, int i, int size) {
    const int near = o / 2, far = lb_clamp(o % 2 ? near + 1 : near - 1, size);
    return (near == i ? 0.75f : 0.0f) + (far == i ? 0.25f : 0.0f);
}

static void lb_bilinear2_backward_piece(void *argument, int piece, int worker) {
    (void)worker;
    const lb_args *A = argument;
    const int C = A->C, H = A->H, W = A->W;
    const int n = piece / H, i = piece % H;
    for (int j = 0; j < W; j++) {
        float *dx = A->y + ((size_t)piece * (size_t)W + (size_t)j) * (size_t)C;
        if (!A->accumulate)
            for (int c = 0; c < C; c++) dx[c] = 0.0f;
        for (int u = 2 * i - 1; u <= 2 * i + 2; u++) {
            if (u < 0 || u >= 2 * H) continue;
            const float wu = lb_bilinear_weight(u, i, H);
            for (int v = 2 * j - 1; v <= 2 * j + 2; v++) {
                if (v < 0 || v >= 2 * W) continue;
                const float w = wu * lb_bilinear_weight(v, j, W);
                const float *dy = A->a
                    + (((size_t)n * 2 * (size_t)H + (size_t)u) * 2 * (size_t)W + (size_t)v)
                        * (size_t)C;
                for (int c = 0; c < C; c++) dx[c] += w * dy[c];
            }
        }
    }
}

static void lb_bilinear2_backward(
    lb_pool *pool, float *dx, const float *dy, int accumulate, int N, int H, int W, int C) {
    lb_args A = {.y = dx, .a = dy, .accumulate = accumulate, .N = N, .H = H, .W = W, .C = C};
    lb_pool_run(pool, N * H, lb_bilinear2_backward_piece, &A);
}
