// The most multiplications and additions that the level can do, for comparison.

enum { PEAK_CHAINS = LB_WIDTH == 16 ? 24 : 12 };

typedef struct {
    int64_t rounds;
    float *results; // [pieces]
} peak_plan;

static void peak_piece(void *argument, int piece, int worker) {
    (void)worker;
    const peak_plan *p = argument;
    vf acc[PEAK_CHAINS], x = vset(0.999f), y = vset(0.5f);
    LB_UNROLL for (int i = 0; i < PEAK_CHAINS; i++) acc[i] = vset((float)i);
    for (int64_t r = 0; r < p->rounds; r++) {
        LB_UNROLL for (int i = 0; i < PEAK_CHAINS; i++) acc[i] = vfma(acc[i], x, y);
    }
    vf sum = vset(0);
    LB_UNROLL for (int i = 0; i < PEAK_CHAINS; i++) sum += acc[i];
    p->results[piece] = sum[0];
}

static double peak(lb_pool *pool, int64_t rounds) {
    float results[256];
    int pieces = lb_pool_threads(pool) < 256 ? lb_pool_threads(pool) : 256;
    peak_plan p = {rounds, results};
    lb_pool_run(pool, pieces, peak_piece, &p);
    volatile float used = results[0]; // so that nothing is optimised away
    (void)used;
    return 2.0 * PEAK_CHAINS * W * (double)rounds * pieces;
}
