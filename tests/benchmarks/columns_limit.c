/* The limit: inpatient care and critical illness of 2026 at level 2 as somebody would write them who knows the
 * machine. Four rows at a time in doubles, which hold every whole number below 2^53 exactly; a share is rounded
 * to the nearest whole number by adding 2^52, where 0.05 makes the half go up. With PAST_THE_CACHES results are
 * written past the caches: the benchmark takes whichever is faster here. Memory is what it waits for. Columns are int64, one after the other; `stride` is their length.
 * gcc -O3 -march=native -shared -fPIC */
#include <immintrin.h>
#include <stdint.h>

typedef double d4 __attribute__((vector_size(32)));
typedef int64_t i4 __attribute__((vector_size(32)));

#define TWO52 4503599627370496.0
#define BITS52 0x4330000000000000LL

static inline d4 all(double x) { return (d4){x, x, x, x}; }
static inline d4 get(const int64_t *p) {
    i4 bits = (i4)_mm256_loadu_si256((const __m256i *)p) | (i4){BITS52, BITS52, BITS52, BITS52};
    return (d4)bits - all(TWO52);
}
static inline void put(int64_t *p, d4 x) {
    i4 bits = (i4)(x + all(TWO52)) ^ (i4){BITS52, BITS52, BITS52, BITS52};
#ifdef PAST_THE_CACHES
    _mm256_stream_si256((__m256i *)p, (__m256i)bits);
#else
    _mm256_store_si256((__m256i *)p, (__m256i)bits);
#endif
}
static inline d4 least(d4 a, d4 b) { return _mm256_min_pd(a, b); }
static inline d4 most(d4 a, d4 b) { return _mm256_max_pd(a, b); }
static inline d4 share(d4 x, double rate) { return (x * all(rate) + all(0.05)) + all(TWO52) - all(TWO52); }
static inline d4 band(d4 from, d4 to, double low, double high) {
    return most(all(0), least(to, all(high)) - most(from, all(low)));
}

void settle(const int64_t *in, int64_t *out, int64_t low, int64_t high, int64_t stride) {
    for (int64_t i = low; i < high; i += 4) {
#define IN(k) get(in + (k) * stride + i)
#define OUT(k, x) put(out + (k) * stride + i, x)
        d4 total = IN(0), in_scope = IN(1) - IN(2), years = IN(3), admissions = IN(4);
        d4 cost = IN(5), paid_before = IN(6), burden_before = IN(7), critical_before = IN(8);
        d4 first = _mm256_cmp_pd(admissions, all(0), _CMP_LE_OQ);
        d4 due = _mm256_blendv_pd(all(30000), all(40000), first);
        d4 deductible = least(in_scope, due), from = cost + deductible, to = cost + in_scope;
        d4 basic = share(band(from, to, 0, 3e6), 0.70) + share(band(from, to, 3e6, 6e6), 0.75)
                 + share(band(from, to, 6e6, 1e15), 0.80);
        basic = least(basic, most(all(0), all(2e7) - paid_before));
        d4 burden = in_scope - basic, after = burden_before + burden, start = most(burden_before, all(1e6));
        d4 critical = share(band(start, after, 0, 1e7), 0.60) + share(band(start, after, 1e7, 2e7), 0.70)
                    + share(band(start, after, 2e7, 1e15), 0.80);
        d4 cap = all(4e7) + all(4e5) * least(all(20), most(all(0), years - all(4)));
        critical = least(critical, most(all(0), cap - critical_before));
        d4 funds = basic + critical;
        OUT(0, deductible);
        OUT(1, basic);
        OUT(2, critical);
        OUT(3, funds);
        OUT(4, total - funds);
        OUT(5, admissions + all(1));
        OUT(6, to);
        OUT(7, paid_before + basic);
        OUT(8, after);
        OUT(9, critical_before + critical);
    }
    _mm_sfence();
}
