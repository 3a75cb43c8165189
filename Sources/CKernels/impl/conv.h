// Convolution kernels of one CPU level. For now the plain twins.
static size_t conv_workspace(lb_conv_shape shape, int channels, int threads) {
    (void)shape, (void)channels, (void)threads;
    return 64;
}
static void conv_forward(
    lb_pool *pool, float *y, double *sum, double *sumsq, const lb_source *sources, int source_count,
    const float *weights, const float *bias, lb_conv_shape shape, void *workspace) {
    (void)pool, (void)workspace;
    lb_naive_conv_forward(y, sum, sumsq, sources, source_count, weights, bias, shape);
}
static void conv_backward_input(
    lb_pool *pool, const lb_sink *sinks, int sink_count, const float *dy, const float *weights, lb_conv_shape shape,
    void *workspace) {
    (void)pool, (void)workspace;
    lb_naive_conv_backward_input(sinks, sink_count, dy, weights, shape);
}
static void conv_backward_weights(
    lb_pool *pool, float *dw, float *dbias, const float *dy, const lb_source *sources, int source_count,
    lb_conv_shape shape, void *workspace) {
    (void)pool, (void)workspace;
    lb_naive_conv_backward_weights(dw, dbias, dy, sources, source_count, shape);
}
static void conv_transpose2_forward(
    lb_pool *pool, float *y, double *sum, double *sumsq, const lb_source *sources, int source_count,
    const float *weights, const float *bias, lb_conv_shape shape, void *workspace) {
    (void)pool, (void)workspace;
    lb_naive_conv_transpose2_forward(y, sum, sumsq, sources, source_count, weights, bias, shape);
}
static void conv_transpose2_backward_input(
    lb_pool *pool, const lb_sink *sinks, int sink_count, const float *dy, const float *weights, lb_conv_shape shape,
    void *workspace) {
    (void)pool, (void)workspace;
    lb_naive_conv_transpose2_backward_input(sinks, sink_count, dy, weights, shape);
}
static void conv_transpose2_backward_weights(
    lb_pool *pool, float *dw, float *dbias, const float *dy, const lb_source *sources, int source_count,
    lb_conv_shape shape, void *workspace) {
    (void)pool, (void)workspace;
    lb_naive_conv_transpose2_backward_weights(dw, dbias, dy, sources, source_count, shape);
}
