// Weight gradients of many channels. With several blocks of channels, each block would transform
// its tiles again for each block of the other side. Here the tiles of one range after the other are
// transformed once, both sides to [36][chunk][tile][W]; then a piece takes a block of products,
// whose sums stay in registers over the range, and adds its part of the gradient.

static size_t once_chunk(const wino_weights_plan *p) { return (size_t)p->range * W; }

/// Copies transformed tiles [chunk][MR][36][W] to the planes, from tile `at` of the range on.
static void once_store(
    const float *tiles, int chunks, int count, float *planes, size_t chunk, size_t plane, int at) {
    for (int k = 0; k < chunks; k++)
        for (int i = 0; i < 36; i++)
            for (int t = 0; t < count; t++)
                vstore(planes + (size_t)i * plane + (size_t)k * chunk + (size_t)(at + t) * W,
                    vload(tiles + (k * MR + t) * TILE + i * W));
}

/// Transforms MR tiles, NV chunks at a time: the inputs, then the gradients.
static void once_tiles(void *argument, int piece, int worker) {
    (void)worker;
    const wino_weights_plan *p = argument;
    int begin = wino_weights_first(p, p->split), end = wino_weights_first(p, p->split + 1);
    int first = begin + piece * MR, count = min_int(MR, end - first);
    float tiles[NV * MR * TILE] __attribute__((aligned(64)));
    for (int k = 0; k < p->in.chunk_count; k += NV) {
        int last = min_int(p->in.chunk_count, k + NV);
        wino_tiles(&p->in, first, count, k, last, MR, tiles);
        once_store(tiles, last - k, count, p->input_planes + (size_t)k * once_chunk(p),
            once_chunk(p), p->input_plane, first - begin);
    }
    for (int k = 0; k < p->k; k += NC) {
        int last = min_int(p->k, k + NC);
        wino_gradient_tiles(p, first, count, k, last, MR, tiles, NULL);
        once_store(tiles, ceil_div(last - k, W), count,
            p->gradient_planes + (size_t)(k / W) * once_chunk(p), once_chunk(p), p->gradient_plane,
            first - begin);
    }
}

static void once_piece(void *argument, int piece, int worker) {
    const wino_weights_plan *p = argument;
    int cb = piece % p->c_blocks, kb = piece / p->c_blocks;
    int k0 = kb * ONCE_K, k1 = min_int(p->k, k0 + ONCE_K), c0 = cb * WW_CS,
        c1 = min_int(p->in.chunk_count, c0 + WW_CS);
    int tiles = wino_weights_first(p, p->split + 1) - wino_weights_first(p, p->split);
    float *sums = p->scratch + (size_t)worker * 36 * ONCE_PLANE;
    for (int i = 0; i < 36; i++) {
        const float *g =
            p->gradient_planes + (size_t)i * p->gradient_plane + (size_t)(k0 / W) * once_chunk(p);
        const float *a = p->input_planes + (size_t)i * p->input_plane + (size_t)c0 * once_chunk(p);
        wino_weights_block(
            g, a, W, once_chunk(p), tiles, k1 - k0, c1 - c0, sums + i * ONCE_PLANE, 0);
    }
    wino_weights_out(p, sums, ONCE_PLANE, k0, k1, c0, c1, p->dw, p->split > 0);
}

static void once_run(lb_pool *pool, wino_weights_plan *p) {
    for (p->split = 0; p->split < p->splits; p->split++) {
        int tiles = wino_weights_first(p, p->split + 1) - wino_weights_first(p, p->split);
        lb_pool_run(pool, ceil_div(tiles, MR), once_tiles, p);
        lb_pool_run(pool, ceil_div(p->k, ONCE_K) * p->c_blocks, once_piece, p);
    }
    if (p->dbias) bias_run(pool, &p->bias);
}
