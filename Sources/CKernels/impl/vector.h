// The vector type of one CPU level. Included with LB_WIDTH (floats in a vector) defined, inside the
// level's target.
#define LB_INLINE static inline __attribute__((always_inline))
#define LB_UNROLL _Pragma("clang loop unroll(full)")
#pragma STDC FP_CONTRACT ON

enum { W = LB_WIDTH };
typedef float vf __attribute__((vector_size(LB_WIDTH * 4)));
typedef float vf_unaligned __attribute__((vector_size(LB_WIDTH * 4), aligned(4)));
typedef int32_t vi __attribute__((vector_size(LB_WIDTH * 4)));
typedef uint32_t vu __attribute__((vector_size(LB_WIDTH * 4)));

LB_INLINE vf vset(float x) {
    return x - (vf){0};
} // (vf){0} + x would turn -0 into 0, at the price of an addition
LB_INLINE vf vload(const float *p) { return *(const vf_unaligned *)p; }
LB_INLINE void vstore(float *p, vf x) { *(vf_unaligned *)p = x; }
/// Stores past the caches; p is a multiple of the vector size.
LB_INLINE void vstream(float *p, vf x) { __builtin_nontemporal_store(x, (vf *)p); }
/// a * b + c, one instruction where the level has it.
LB_INLINE vf vfma(vf a, vf b, vf c) { return a * b + c; }
/// x < 0 ? 0 : x; NaN stays.
LB_INLINE vf vrelu(vf x) { return (vf)((vi)x & ~(vi)(x < (vf){0})); }
#if LB_WIDTH == 16 && !defined(LB_EMULATE_AVX512)
LB_INLINE __mmask16 vmask(int count) { return (__mmask16)((1u << count) - 1u); }
#elif LB_WIDTH == 8
LB_INLINE __m256i vmask(int count) {
    vi lane = {0, 1, 2, 3, 4, 5, 6, 7};
    return (__m256i)(lane < count);
}
#endif

/// The first `count` floats (all where count >= W), zero behind; nothing is read behind them.
LB_INLINE vf vload_part(const float *p, int count) {
    if (count >= W) return vload(p);
#if LB_WIDTH == 16 && !defined(LB_EMULATE_AVX512)
    return (vf)_mm512_maskz_loadu_ps(vmask(count), p);
#elif LB_WIDTH == 8
    return (vf)_mm256_maskload_ps(p, vmask(count));
#else
    vf x = {0};
    for (int i = 0; i < count; i++) x[i] = p[i];
    return x;
#endif
}

/// Stores the first `count` floats (all where count >= W).
LB_INLINE void vstore_part(float *p, vf x, int count) {
    if (count >= W) {
        vstore(p, x);
        return;
    }
#if LB_WIDTH == 16 && !defined(LB_EMULATE_AVX512)
    _mm512_mask_storeu_ps(p, vmask(count), (__m512)x);
#elif LB_WIDTH == 8
    _mm256_maskstore_ps(p, vmask(count), (__m256)x);
#else
    for (int i = 0; i < count; i++) p[i] = x[i];
#endif
}

#if LB_WIDTH == 16
#define LB_LOW 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23
#define LB_HIGH 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31
#elif LB_WIDTH == 8
#define LB_LOW 0, 8, 1, 9, 2, 10, 3, 11
#define LB_HIGH 4, 12, 5, 13, 6, 14, 7, 15
#else
#define LB_LOW 0, 4, 1, 5
#define LB_HIGH 2, 6, 3, 7
#endif

/// Transposes W vectors in place: log2(W) perfect shuffles.
LB_INLINE void vtranspose(vf *r) {
    vf t[W];
    LB_UNROLL for (int stage = 1; stage < W; stage *= 2) {
        LB_UNROLL for (int i = 0; i < W / 2; i++) {
            t[2 * i] = __builtin_shufflevector(r[i], r[i + W / 2], LB_LOW);
            t[2 * i + 1] = __builtin_shufflevector(r[i], r[i + W / 2], LB_HIGH);
        }
        LB_UNROLL for (int i = 0; i < W; i++) r[i] = t[i];
    }
}
