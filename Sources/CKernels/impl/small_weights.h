// Weight gradients for few input channels (the first layer): the rows of the product are (tap,
// channel) planes, its columns output channels. A piece is a range of pixels; the ranges' sums are
// added in order.

enum { SW_PIXELS = 128 };

typedef struct {
    const float *dy;
    const lb_source *sources;
    int source_count, channels, in_h, in_w, in_step, k, tap_count;
    gather_tap taps[9];
    int n, grid_h, grid_w;
    float *dw;
    int rows, columns, splits;
    float *planes, *gradients, *partials;
} small_plan;

static void small_layout(small_plan *p, int threads, arena *a) {
    p->rows = round_up(p->tap_count * p->channels, MR);
    p->columns = round_up(p->k, NC);
    p->splits = max_int(1, min_int(32, ceil_div(p->n * p->grid_h * p->grid_w, SW_PIXELS) / 4));
    p->planes = take(a, (size_t)threads * (size_t)p->rows * SW_PIXELS);
    p->gradients = take(a, (size_t)threads * (size_t)p->columns * SW_PIXELS);
    p->partials = take(a, (size_t)p->splits * (size_t)p->rows * (size_t)p->columns);
}

static void small_piece(void *argument, int split, int worker) {
    const small_plan *p = argument;
    int total = p->n * p->grid_h * p->grid_w, chunks = ceil_div(total, SW_PIXELS);
    int begin = (int)((int64_t)chunks * split / p->splits) * SW_PIXELS;
    int end = min_int(total, (int)((int64_t)chunks * (split + 1) / p->splits) * SW_PIXELS);
    float *planes = p->planes + (size_t)worker * (size_t)p->rows * SW_PIXELS;
    float *sums = p->partials + (size_t)split * (size_t)p->rows * (size_t)p->columns;
    for (int i = p->tap_count * p->channels * SW_PIXELS; i < p->rows * SW_PIXELS; i++)
        planes[i] = 0;
    for (int start = begin; start < end; start += SW_PIXELS) {
        int count = min_int(SW_PIXELS, end - start);
        planar_rows(planes, SW_PIXELS, p->sources, p->source_count, p->in_h, p->in_w, p->in_step,
            p->taps, p->tap_count, p->grid_h, p->grid_w, start, count);
        const float *dy = p->dy + (size_t)start * (size_t)p->k;
        if (p->columns != p->k) {
            float *g = p->gradients + (size_t)worker * (size_t)p->columns * SW_PIXELS;
            for (int i = 0; i < count; i++)
                for (int k = 0; k < p->columns; k += W)
                    vstore(g + i * p->columns + k,
                        k < p->k ? vload_part(dy + (size_t)i * (size_t)p->k + k, p->k - k)
                                 : vset(0));
            dy = g;
        }
        for (int j = 0; j < p->columns; j += NC)
            for (int i = 0; i < p->rows; i += MR)
                micro(MR, NV, planes + i * SW_PIXELS, SW_PIXELS, 1, dy + j, (size_t)p->columns,
                    count, sums + (size_t)i * (size_t)p->columns + j, (size_t)p->columns,
                    start > begin);
    }
}

static void small_run(lb_pool *pool, small_plan *p) {
    lb_pool_run(pool, p->splits, small_piece, p);
    int rows = p->tap_count * p->channels;
    for (int k = 0; k < p->k; k++)
        for (int i = 0; i < rows; i++) {
            float s = 0;
            for (int j = 0; j < p->splits; j++)
                s += p->partials[((size_t)j * (size_t)p->rows + (size_t)i) * (size_t)p->columns
                    + (size_t)k];
            p->dw[(size_t)k * (size_t)rows + (size_t)i] = s;
        }
}
