// 1x1 convolutions to one channel (output heads, attention coefficients): bound by memory, a pass
// over the pixels.

enum { HEAD_PIXELS = 512 };

typedef struct {
    float *y;
    const float *dy, *weights, *bias;
    const lb_source *sources;
    const lb_sink *sinks;
    int parts, channels, pixels, columns;
    float *partials;
} head_plan;

static int head_pieces(const head_plan *p) { return ceil_div(p->pixels, HEAD_PIXELS); }

static void head_layout(head_plan *p, int channels, arena *a) {
    p->columns = round_up(channels, W) + W
        + 1; // room behind the sum of dy; unaligned sources spill a vector
    p->partials = take(a, (size_t)head_pieces(p) * (size_t)max_int(2, p->columns));
}

static void head_forward_piece(void *argument, int piece, int worker) {
    (void)worker;
    const head_plan *p = argument;
    int begin = piece * HEAD_PIXELS, end = min_int(p->pixels, begin + HEAD_PIXELS);
    vf sum = vset(0), sumsq = vset(0), bias = vset(p->bias ? p->bias[0] : 0);
    for (int i = begin; i < end; i += W) {
        vf r[W];
        int count = min_int(W, end - i);
        for (int j = 0; j < W; j++) {
            r[j] = vset(0);
            const float *w = p->weights;
            for (int s = 0; s < p->parts && j < count; w += p->sources[s].channels, s++)
                for (int c = 0; c < p->sources[s].channels; c += W) {
                    int lanes = p->sources[s].channels - c;
                    r[j] = vfma(load_source(&p->sources[s], (size_t)(i + j), c, lanes),
                        vload_part(w + c, lanes), r[j]);
                }
        }
        vtranspose(r);
        for (int step = 1; step < W; step *= 2)
            for (int j = 0; j < W; j += 2 * step) r[j] += r[j + step];
        vf y = r[0] + bias;
        vstore_part(p->y + i, y, count);
        float t[W];
        vstore(t, y);
        y = vload_part(t, count);
        sum += y;
        sumsq = vfma(y, y, sumsq);
    }
    float s[W], q[W];
    vstore(s, sum);
    vstore(q, sumsq);
    for (int i = 1; i < W; i++) s[0] += s[i], q[0] += q[i];
    p->partials[2 * piece] = s[0];
    p->partials[2 * piece + 1] = q[0];
}

static void head_forward(lb_pool *pool, head_plan *p, double *sum, double *sumsq) {
    lb_pool_run(pool, head_pieces(p), head_forward_piece, p);
    if (sum) reduce_statistics(sum, sumsq, p->partials, head_pieces(p), 1, 1);
}

static void head_input_piece(void *argument, int piece, int worker) {
    (void)worker;
    const head_plan *p = argument;
    int begin = piece * HEAD_PIXELS, end = min_int(p->pixels, begin + HEAD_PIXELS);
    const float *w = p->weights;
    for (int s = 0; s < p->parts; w += p->sinks[s].channels, s++) {
        const lb_sink *sink = &p->sinks[s];
        if (!sink->data) continue;
        for (int i = begin; i < end; i++) {
            vf dy = vset(p->dy[i]);
            float *out = sink->data + (size_t)i * (size_t)sink->channels;
            for (int c = 0; c < sink->channels; c += W) {
                int lanes = sink->channels - c;
                vf x = dy * vload_part(w + c, lanes);
                if (sink->accumulate) x += vload_part(out + c, lanes);
                vstore_part(out + c, x, lanes);
            }
        }
    }
}

static void head_weights_piece(void *argument, int piece, int worker) {
    (void)worker;
    const head_plan *p = argument;
    int begin = piece * HEAD_PIXELS, end = min_int(p->pixels, begin + HEAD_PIXELS);
    float *out = p->partials + (size_t)piece * (size_t)p->columns, total = 0;
    for (int i = begin; i < end; i++) total += p->dy[i];
    *out++ = total;
    for (int s = 0; s < p->parts; out += p->sources[s].channels, s++)
        for (int c = 0; c < p->sources[s].channels; c += W) {
            vf even = vset(0), odd = vset(0);
            int lanes = p->sources[s].channels - c, i = begin;
            for (; i + 1 < end; i += 2) {
                even = vfma(vset(p->dy[i]), load_source(&p->sources[s], (size_t)i, c, lanes), even);
                odd = vfma(
                    vset(p->dy[i + 1]), load_source(&p->sources[s], (size_t)i + 1, c, lanes), odd);
            }
            if (i < end)
                even = vfma(vset(p->dy[i]), load_source(&p->sources[s], (size_t)i, c, lanes), even);
            vstore(out + c, even + odd);
        }
}

static void head_weights(lb_pool *pool, head_plan *p, float *dw, float *dbias) {
    lb_pool_run(pool, head_pieces(p), head_weights_piece, p);
    for (int c = -1; c < p->channels; c++) {
        double s = 0;
        for (int i = 0; i < head_pieces(p); i++)
            s += p->partials[(size_t)i * (size_t)p->columns + (size_t)(c + 1)];
        if (c >= 0)
            dw[c] = (float)s;
        else if (dbias)
            *dbias = (float)s;
    }
}
