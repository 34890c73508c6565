// Levels of a ring image by percentiles of what it keeps: counts of values, kept up to date
// row by row.
#include <math.h>
#include <string.h>

#include <plotlib/base/alloc.h>
#include <plotlib/base/half.h>
#include <plotlib/base/message.h>
#include <plotlib/data/image.h>
#include <plotlib/data/image_ring.h>
#include <plotlib/data/store.h>

enum { NUM_KEYS = 1 << 16 };

struct plt_ring_counts {
    uint64_t total;
    uint64_t of[NUM_KEYS]; // by key: greater values have greater ones
};

// Integers of floating-point numbers in their order: the sign turned, or all bits.
static inline uint32_t order_bits(uint32_t bits, uint32_t sign)
{
    return bits ^ (bits & sign ? sign | (sign - 1) : sign);
}

static inline uint32_t restore_bits(uint32_t key, uint32_t sign)
{
    return key ^ (key & sign ? sign : sign | (sign - 1));
}

static inline uint32_t key_of_real(float v)
{
    uint32_t bits;
    memcpy(&bits, &v, 4);
    return order_bits(bits, UINT32_C(1) << 31) >> 16;
}

static inline float real_of_bits(uint32_t key)
{
    const uint32_t bits = restore_bits(key, UINT32_C(1) << 31);
    float v;
    memcpy(&v, &bits, 4);
    return v;
}

static bool is_exact(enum plt_type type)
{
    return plt_type_size(type) <= 2;
}

// The smallest and largest value of a key.
static struct plt_range values_of(enum plt_type type, uint32_t key)
{
    double v = 0;
    switch (type) {
    case PLT_U8:
    case PLT_U16: v = key; break;
    case PLT_I8: v = (double)key - 128; break;
    case PLT_I16: v = (double)key - 32768; break;
    case PLT_F16: v = plt_half_to_float((uint16_t)restore_bits(key, 1u << 15)); break;
    default:
        return (struct plt_range){real_of_bits(key << 16),
                                  real_of_bits(key << 16 | 0xffff)};
    }
    return (struct plt_range){v, v};
}

#define COUNT(T, KEY, TAKE)                 \
    do {                                    \
        const T *p = line;                  \
        for (size_t i = 0; i < n; i++) {    \
            const T v = p[i];               \
            if (TAKE)                       \
                of[KEY] += by, total += by; \
        }                                   \
    } while (0)

void plt_ring_count(struct plt_image_ring *ring, const void *line, int sign)
{
    if (!ring->counts)
        return;
    const size_t n = ring->columns;
    const uint64_t by = sign < 0 ? UINT64_MAX : 1;
    uint64_t *of = ring->counts->of, total = ring->counts->total;
    switch (ring->type) {
    case PLT_U8: COUNT(uint8_t, v, true); break;
    case PLT_U16: COUNT(uint16_t, v, true); break;
    case PLT_I8: COUNT(int8_t, v + 128, true); break;
    case PLT_I16: COUNT(int16_t, v + 32768, true); break;
    case PLT_F16: COUNT(uint16_t, order_bits(v, 1u << 15), (v & 0x7c00) != 0x7c00); break;
    case PLT_I32: COUNT(int32_t, key_of_real((float)v), true); break;
    case PLT_U32: COUNT(uint32_t, key_of_real((float)v), true); break;
    case PLT_I64: COUNT(int64_t, key_of_real((float)v), true); break;
    case PLT_F32: COUNT(float, key_of_real(v), isfinite(v)); break;
    case PLT_F64: COUNT(double, key_of_real((float)v), isfinite((float)v)); break;
    }
    ring->counts->total = total;
}

static bool begin_counts(struct plt_image_ring *ring)
{
    if (ring->counts)
        return true;
    ring->counts = plt_calloc(1, sizeof(*ring->counts));
    if (!ring->counts) {
        plt_no_memory(ring->samples->log, "levels of a ring image");
        return false;
    }
    for (uint64_t row = ring->tail; row < ring->head; row++)
        plt_ring_count(ring, ring->lines + plt_ring_line(ring, row) * ring->row_size, 1);
    return true;
}

static double value_at(const struct plt_image_ring *ring, double percent)
{
    const struct plt_ring_counts *counts = ring->counts;
    const double rank = floor(percent / 100 * (double)(counts->total - 1));
    double before = 0;
    uint32_t key = 0;
    while (before + (double)counts->of[key] <= rank)
        before += (double)counts->of[key++];
    const struct plt_range values = values_of(ring->type, key);
    const double count = (double)counts->of[key];
    if (is_exact(ring->type) || percent <= 0)
        return values.x0;
    return percent >= 100
               ? values.x1
               : values.x0 + (values.x1 - values.x0) * ((rank - before + 0.5) / count);
}

bool plt_ring_levels(struct plt_image_ring *ring, double p0, double p1,
                     struct plt_range *levels)
{
    if (!begin_counts(ring) || ring->counts->total == 0)
        return false;
    *levels = (struct plt_range){value_at(ring, p0), value_at(ring, p1)};
    return true;
}
