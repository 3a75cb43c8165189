// Attention gates, global pooling and the dense layer.

static void lb_gate_piece(void *argument, int piece, int worker) {
    (void)worker;
    const lb_args *A = argument;
    const int C = A->source.channels;
    const lb_span s = lb_piece_span(piece, A->per_piece, A->rows);
    for (size_t m = s.first; m < s.last; m++) {
        float *y = A->y + m * (size_t)C;
        const float g = A->a[m];
        for (int c = 0; c < C; c++) y[c] = g * lb_read(&A->source, m, c);
    }
}

static void lb_gate(lb_pool *pool, float *y, lb_source x, const float *gate, size_t M) {
    lb_args A = {.y = y, .a = gate, .source = x, .rows = M};
    A.per_piece = lb_rows_per_piece(x.channels);
    lb_pool_run(pool, lb_piece_count(M, A.per_piece), lb_gate_piece, &A);
}

static void lb_gate_backward_piece(void *argument, int piece, int worker) {
    (void)worker;
    const lb_args *A = argument;
    const int C = A->source.channels;
    const lb_span s = lb_piece_span(piece, A->per_piece, A->rows);
    for (size_t m = s.first; m < s.last; m++) {
        const float *dy = A->a + m * (size_t)C;
        float *dx = A->y + m * (size_t)C;
        const float g = A->b[m];
        float sums[16] = {0}; // sixteen running sums: an order that vectorises
        int c = 0;
        for (; c + 16 <= C; c += 16)
            for (int l = 0; l < 16; l++) sums[l] += dy[c + l] * lb_read(&A->source, m, c + l);
        for (int l = 0; c < C; c++, l++) sums[l] += dy[c] * lb_read(&A->source, m, c);
        float sum = 0.0f;
        for (int l = 0; l < 16; l++) sum += sums[l];
        A->y2[m] = A->accumulate2 ? A->y2[m] + sum : sum;
        if (A->accumulate)
            for (int k = 0; k < C; k++) dx[k] += g * dy[k];
        else
            for (int k = 0; k < C; k++) dx[k] = g * dy[k];
    }
}

static void lb_gate_backward(lb_pool *pool, float *dx, int accumulate_x, float *dgate,
    int accumulate_gate, const float *dy, lb_source x, const float *gate, size_t M) {
    lb_args A = {.y = dx,
        .y2 = dgate,
        .a = dy,
        .b = gate,
        .source = x,
        .accumulate = accumulate_x,
        .accumulate2 = accumulate_gate,
        .rows = M};
    A.per_piece = lb_rows_per_piece(x.channels);
    lb_pool_run(pool, lb_piece_count(M, A.per_piece), lb_gate_backward_piece, &A);
}

static void lb_global_average_piece(void *argument, int piece, int worker) {
    (void)worker;
    const lb_args *A = argument;
    const int C = A->C;
    for (int c0 = 0; c0 < C; c0 += 64) {
        const int n = C - c0 < 64 ? C - c0 : 64;
        double sum[64] = {0};
        for (size_t p = 0; p < A->rows; p++) {
            const float *x = A->a + ((size_t)piece * A->rows + p) * (size_t)C + c0;
            for (int c = 0; c < n; c++) sum[c] += x[c];
        }
        float *y = A->y + (size_t)piece * (size_t)C + c0;
        for (int c = 0; c < n; c++) y[c] = (float)(sum[c] / (double)A->rows);
    }
}

static void lb_global_average(lb_pool *pool, float *y, const float *x, int N, size_t P, int C) {
    lb_args A = {.y = y, .a = x, .rows = P, .C = C};
    lb_pool_run(pool, N, lb_global_average_piece, &A);
}

static void lb_global_average_backward_piece(void *argument, int piece, int worker) {
    (void)worker;
    const lb_args *A = argument;
    const int C = A->C;
    const float *dy = A->a + (size_t)piece * (size_t)C;
    const float share = 1.0f / (float)A->rows;
    for (size_t p = 0; p < A->rows; p++) {
        float *dx = A->y + ((size_t)piece * A->rows + p) * (size_t)C;
        for (int c = 0; c < C; c++) dx[c] = (A->accumulate ? dx[c] : 0.0f) + share * dy[c];
    }
}

static void lb_global_average_backward(
    lb_pool *pool, float *dx, const float *dy, int accumulate, int N, size_t P, int C) {
    lb_args A = {.y = dx, .a = dy, .accumulate = accumulate, .rows = P, .C = C};
    lb_pool_run(pool, N, lb_global_average_backward_piece, &A);
}

static void lb_dense(
    float *y, const float *x, const float *w, const float *bias, int N, int C, int K) {
    for (int n = 0; n < N; n++)
        for (int k = 0; k < K; k++) {
            double sum = bias ? bias[k] : 0.0;
            for (int c = 0; c < C; c++)
                sum += (double)x[(size_t)n * (size_t)C + (size_t)c]
                    * w[(size_t)k * (size_t)C + (size_t)c];
            y[(size_t)n * (size_t)K + (size_t)k] = (float)sum;
        }
}

static void lb_dense_backward(float *dx, int accumulate_x, float *dw, float *dbias,
    int accumulate_w, const float *dy, const float *x, const float *w, int N, int C, int K) {
    if (dx)
        for (int n = 0; n < N; n++)
            for (int c = 0; c < C; c++) {
                double sum = 0.0;
                for (int k = 0; k < K; k++)
                    sum += (double)dy[(size_t)n * (size_t)K + (size_t)k]
                        * w[(size_t)k * (size_t)C + (size_t)c];
                float *d = dx + (size_t)n * (size_t)C + (size_t)c;
                *d = accumulate_x ? *d + (float)sum : (float)sum;
            }
    for (int k = 0; k < K; k++) {
        if (dw)
            for (int c = 0; c < C; c++) {
                double sum = 0.0;
                for (int n = 0; n < N; n++)
                    sum += (double)dy[(size_t)n * (size_t)K + (size_t)k]
                        * x[(size_t)n * (size_t)C + (size_t)c];
                float *d = dw + (size_t)k * (size_t)C + (size_t)c;
                *d = accumulate_w ? *d + (float)sum : (float)sum;
            }
        if (dbias) {
            double sum = 0.0;
            for (int n = 0; n < N; n++) sum += dy[(size_t)n * (size_t)K + (size_t)k];
            dbias[k] = accumulate_w ? dbias[k] + (float)sum : (float)sum;
        }
    }
}
