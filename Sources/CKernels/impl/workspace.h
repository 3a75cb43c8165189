// Workspace: carved from the caller's buffer in a fixed order; with a NULL base only its size is
// counted.

enum { MAX_PARTS = 8 }; // sources or sinks of one convolution

typedef struct {
    char *base;
    size_t used;
} arena;

static void *take(arena *a, size_t floats) {
    void *p = a->base ? a->base + a->used : NULL;
    a->used += (floats * sizeof(float) + 127) / 64 * 64;
    return p;
}

LB_INLINE int ceil_div(int a, int b) { return (a + b - 1) / b; }
LB_INLINE int round_up(int a, int b) { return ceil_div(a, b) * b; }
LB_INLINE int min_int(int a, int b) { return a < b ? a : b; }
LB_INLINE int max_int(int a, int b) { return a > b ? a : b; }
LB_INLINE size_t max_size(size_t a, size_t b) { return a > b ? a : b; }

/// Vectors of neighbouring channels that outputs are written with, so that a cache line is written
/// whole: a line that is stored past the caches in halves goes to memory twice.
enum { TOGETHER = W < 16 ? NV : 1 };

/// Whether an output is so large that storing past the caches pays: its lines are not read before
/// they are written, and what other kernels left in the caches stays. Measured: from 8 MB on.
LB_INLINE int streams(const float *data, size_t floats, int channels) {
    enum { LINE = 16 }; // floats
    return TOGETHER * W >= LINE && floats >= ((size_t)8 << 20) / sizeof(float)
        && channels % LINE == 0 && (uintptr_t)data % (LINE * sizeof(float)) == 0;
}

static int source_channels(const lb_source *sources, int count) {
    int c = 0;
    for (int i = 0; i < count; i++) c += sources[i].channels;
    return c;
}

/// Channels [c, c + W) of one pixel of a source, activated; lanes from `count` on are zero.
LB_INLINE vf load_source(const lb_source *s, size_t pixel, int c, int count) {
    vf x = vload_part(s->data + pixel * (size_t)s->channels + (size_t)c, count);
    if (s->scale) x = vfma(vload_part(s->scale + c, count), x, vload_part(s->shift + c, count));
    return s->relu ? vrelu(x) : x;
}

/// Per-channel sums: partials [count][2][columns] of float become the sums of `k` channels in
/// double, in order.
static void reduce_statistics(
    double *sum, double *sumsq, const float *partials, int count, int columns, int k) {
    for (int i = 0; i < k; i++) sum[i] = sumsq[i] = 0;
    for (int p = 0; p < count; p++) {
        const float *s = partials + (size_t)p * 2 * (size_t)columns;
        for (int i = 0; i < k; i++) {
            sum[i] += s[i];
            sumsq[i] += s[columns + i];
        }
    }
}
