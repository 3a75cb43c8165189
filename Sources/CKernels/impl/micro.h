// The matrix micro-kernel: MR rows by NV vectors of accumulators in registers.
#if LB_WIDTH == 16
enum { MR = 8 }; // 16 of 32 registers accumulate
#else
enum { MR = 4 }; // 8 of 16
#endif
enum { NV = 2, NC = NV * W }; // columns of a packed panel

/// out[r][0..<nv*W) = (add ? out : 0) + sum over q of a[r * row + q * step] * b[q * ldb + ..], for
/// r < mr.
LB_INLINE void micro(int mr, int nv, const float *restrict a, size_t row, size_t step,
    const float *restrict b, size_t ldb, int q, float *restrict out, size_t ldo, int add) {
    vf acc[16][2];
    LB_UNROLL for (int r = 0; r < mr; r++) {
        LB_UNROLL for (int v = 0; v < nv; v++) acc[r][v] =
            add ? vload(out + (size_t)r * ldo + v * W) : vset(0);
    }
    for (int i = 0; i < q; i++) {
        vf u[2];
        LB_UNROLL for (int v = 0; v < nv; v++) u[v] = vload(b + (size_t)i * ldb + v * W);
        LB_UNROLL for (int r = 0; r < mr; r++) {
            vf x = vset(a[(size_t)r * row + (size_t)i * step]);
            LB_UNROLL for (int v = 0; v < nv; v++) acc[r][v] = vfma(x, u[v], acc[r][v]);
        }
    }
    LB_UNROLL for (int r = 0; r < mr; r++) {
        LB_UNROLL for (int v = 0; v < nv; v++) vstore(out + (size_t)r * ldo + v * W, acc[r][v]);
    }
}
