// The kernels of one sample type: included once a type by minmax_isa.h, which defines T,
// SUFFIX, LOWEST, HIGHEST, and for floating types BITS, EXPONENT, HIGHEST_BITS,
// LOWEST_BITS, for the others KEY, the unsigned integer of their size. Plain loops without
// early exits, so that the compiler turns them into vector code.

#define PASTE_(a, b) a##_##b
#define PASTE(a, b) PASTE_(a, b)
#define FN(name) PASTE(name, SUFFIX)

#ifdef BITS
#define KEY BITS
#define LAST_KEY (EXPONENT - 1)
#else
#define LAST_KEY ((KEY)HIGHEST)
#endif

static inline void FN(widen)(const T *y, size_t n, T *lowest, T *highest)
{
    T lo = *lowest, hi = *highest;
    for (size_t i = 0; i < n; i++) {
#ifdef BITS
        // Gaps are replaced while still integers: no NaN or infinity is ever a float here,
        // because these files are compiled for finite arithmetic.
        BITS bits;
        memcpy(&bits, &y[i], sizeof(bits));
        bool finite = (bits & EXPONENT) != EXPONENT;
        BITS low_bits = finite ? bits : HIGHEST_BITS;
        BITS high_bits = finite ? bits : LOWEST_BITS;
        T low, high;
        memcpy(&low, &low_bits, sizeof(low));
        memcpy(&high, &high_bits, sizeof(high));
#else
        T low = y[i], high = y[i];
#endif
        lo = low < lo ? low : lo;
        hi = high > hi ? high : hi;
    }
    *lowest = lo;
    *highest = hi;
}

static inline void FN(fold)(const T *low, const T *high, size_t n, T *lowest, T *highest)
{
    T lo = *lowest, hi = *highest;
    for (size_t i = 0; i < n; i++) {
        lo = low[i] < lo ? low[i] : lo;
        hi = high[i] > hi ? high[i] : hi;
    }
    *lowest = lo;
    *highest = hi;
}

static void FN(fold_pairs)(const void *pairs, size_t n, union plt_extent *extent)
{
    const T *pair = pairs;
    T lo = extent->SUFFIX[0], hi = extent->SUFFIX[1];
    for (size_t i = 0; i < n; i++) {
        lo = pair[2 * i] < lo ? pair[2 * i] : lo;
        hi = pair[2 * i + 1] > hi ? pair[2 * i + 1] : hi;
    }
    extent->SUFFIX[0] = lo;
    extent->SUFFIX[1] = hi;
}

static void FN(pack)(const void *lows, const void *highs, size_t n, void *pairs)
{
    const T *low = lows, *high = highs;
    T *pair = pairs;
    for (size_t i = 0; i < n; i++) {
        pair[2 * i] = low[i];
        pair[2 * i + 1] = high[i];
    }
}

// The least one above zero that is finite, else 0. Of the bits less one as an unsigned
// number: zero, below zero, infinite and NaN are then all LAST_KEY or more.
static inline T FN(least)(const T *y, size_t n)
{
    KEY least = LAST_KEY;
    for (size_t i = 0; i < n; i++) {
        KEY key;
        memcpy(&key, &y[i], sizeof(key));
        key = (KEY)(key - 1);
        least = key < least ? key : least;
    }
    if (least == LAST_KEY)
        return 0;
    T value;
    least = (KEY)(least + 1);
    memcpy(&value, &least, sizeof(value));
    return value;
}

static void FN(least_positive)(const void *y, size_t n, void *least)
{
    *(T *)least = FN(least)(y, n);
}

static void FN(reset)(union plt_extent *extent)
{
    extent->SUFFIX[0] = HIGHEST;
    extent->SUFFIX[1] = LOWEST;
}

static void FN(scan)(const void *samples, size_t n, union plt_extent *extent)
{
    FN(widen)(samples, n, &extent->SUFFIX[0], &extent->SUFFIX[1]);
}

#if defined(PLT_ROWS) && defined(ROW_SIGNS)
#define ROW_LANES (16 / sizeof(T))
// Extrema of as many leaves as 16 bytes have lanes. Each leaf is folded to a row; then two
// rows become one, a lane of each side by side, until one row has them all: nothing goes
// across the lanes of a row, which is slow and, for short types, would be most of the work.
static inline void FN(leaves)(const T *y, T *low, T *high)
{
    enum {
        LANES = ROW_LANES,
        LEAF = 1 << PLT_LEAF_LOG2,
        STEP = sizeof(plt_row) / sizeof(T)
    };
    plt_row lo[LANES], hi[LANES];
    for (int leaf = 0; leaf < LANES; leaf++) {
        int at = 0; // bits reversed, as pairing the rows will reverse them
        for (int bit = 1; bit < LANES; bit *= 2)
            at = 2 * at + (leaf / bit) % 2;
        lo[at] = hi[at] = ROW_LOAD(y + leaf * LEAF);
        for (int i = STEP; i < LEAF; i += STEP) {
            plt_row row = ROW_LOAD(y + leaf * LEAF + i);
            lo[at] = ROW_MIN(lo[at], row);
            hi[at] = ROW_MAX(hi[at], row);
        }
    }
    for (int n = LANES / 2; n > 0; n /= 2) {
        for (int i = 0; i < n; i++) {
            plt_row a = lo[2 * i], b = lo[2 * i + 1], c = hi[2 * i], d = hi[2 * i + 1];
            lo[i] = ROW_MIN(ROW_FIRST(a, b), ROW_LAST(a, b));
            hi[i] = ROW_MAX(ROW_FIRST(c, d), ROW_LAST(c, d));
        }
    }
    __m128i least[sizeof(plt_row) / 16], most[sizeof(plt_row) / 16];
    memcpy(least, &lo[0], sizeof(least));
    memcpy(most, &hi[0], sizeof(most));
    for (size_t i = 1; i < sizeof(plt_row) / 16; i++) {
        least[0] = MIN_16(least[0], least[i]);
        most[0] = MAX_16(most[0], most[i]);
    }
    STORE_16(low, least[0]);
    STORE_16(high, most[0]);
}
#endif

static inline void FN(build_piece)(const T *y, T *low, unsigned log2, size_t leaf0,
                                   size_t leaf1, size_t num_leaves)
{
    size_t count = (size_t)1 << (log2 - PLT_LEAF_LOG2);
    size_t leaf = leaf0;
#ifdef ROW_LANES
    for (; leaf + ROW_LANES <= leaf1; leaf += ROW_LANES) {
        fetch_ahead(y + (leaf << PLT_LEAF_LOG2), (sizeof(T) << PLT_LEAF_LOG2) * ROW_LANES);
        FN(leaves)(y + (leaf << PLT_LEAF_LOG2), low + leaf, low + count + leaf);
    }
#endif
    for (; leaf < leaf1; leaf++) {
        T lo = HIGHEST, hi = LOWEST;
        fetch_ahead(y + (leaf << PLT_LEAF_LOG2), sizeof(T) << PLT_LEAF_LOG2);
        FN(widen)(y + (leaf << PLT_LEAF_LOG2), (size_t)1 << PLT_LEAF_LOG2, &lo, &hi);
        low[leaf] = lo;
        low[count + leaf] = hi;
    }
    const size_t fan = (size_t)1 << PLT_FAN_LOG2;
    size_t node0 = leaf0, node1 = leaf1, valid = num_leaves;
    T *least = low + 2 * plt_tree_nodes(log2, PLT_LEAF_LOG2);
    const T *under = y; // what `least` is the least of, so many a node
    size_t num_under = (size_t)1 << PLT_BIN_LOG2;
    for (; count >= fan && node0 < node1; count >>= PLT_FAN_LOG2) {
        T *up = low + 2 * count;
        size_t up_count = count >> PLT_FAN_LOG2;
        valid >>= PLT_FAN_LOG2;
        node0 >>= PLT_FAN_LOG2;
        node1 = (node1 + fan - 1) >> PLT_FAN_LOG2;
        node1 = node1 < valid ? node1 : valid;
        for (size_t node = node0; node < node1; node++) {
            T lo = HIGHEST, hi = LOWEST;
            const T *children = low + (node << PLT_FAN_LOG2);
            FN(fold)(children, children + count, fan, &lo, &hi);
            up[node] = lo;
            up[up_count + node] = hi;
            if (lo > 0 || !(hi > 0)) // most signals' bins
                least[node] = hi > 0 ? lo : 0;
            else
                least[node] = FN(least)(under + node * num_under, num_under);
        }
        low = up;
        under = least;
        num_under = fan;
        least += up_count;
    }
}

// Piece by piece: a bin with both signs is looked at twice, the second time in the first
// level cache.
static void FN(build)(const void *samples, void *tree, unsigned log2, size_t leaf0,
                      size_t leaf1, size_t num_leaves)
{
    const size_t piece = (size_t)2 << PLT_FAN_LOG2;
    while (leaf0 < leaf1) {
        size_t end = (leaf0 / piece + 1) * piece;
        bool last = end >= leaf1;
        end = last ? leaf1 : end;
        FN(build_piece)(samples, tree, log2, leaf0, end, last ? num_leaves : end);
        leaf0 = end;
    }
}

static void FN(query)(const void *samples, const void *tree, unsigned log2, size_t a,
                      size_t b, union plt_extent *extent)
{
    const T *y = samples, *low = tree;
    T lo = extent->SUFFIX[0], hi = extent->SUFFIX[1];
    const size_t leaf = (size_t)1 << PLT_LEAF_LOG2, fan = (size_t)1 << PLT_FAN_LOG2;
    size_t node0 = (a + leaf - 1) >> PLT_LEAF_LOG2, node1 = b >> PLT_LEAF_LOG2;
    if (node0 >= node1) {
        FN(widen)(y + a, b - a, &lo, &hi);
    } else {
        FN(widen)(y + a, (node0 << PLT_LEAF_LOG2) - a, &lo, &hi);
        FN(widen)(y + (node1 << PLT_LEAF_LOG2), b - (node1 << PLT_LEAF_LOG2), &lo, &hi);
    }
    size_t count = (size_t)1 << (log2 - PLT_LEAF_LOG2);
    while (node0 < node1) {
        const T *high = low + count;
        size_t up0 = (node0 + fan - 1) >> PLT_FAN_LOG2, up1 = node1 >> PLT_FAN_LOG2;
        if (up0 >= up1) {
            FN(fold)(low + node0, high + node0, node1 - node0, &lo, &hi);
            break;
        }
        FN(fold)(low + node0, high + node0, (up0 << PLT_FAN_LOG2) - node0, &lo, &hi);
        size_t end = up1 << PLT_FAN_LOG2;
        FN(fold)(low + end, high + end, node1 - end, &lo, &hi);
        low += 2 * count;
        count >>= PLT_FAN_LOG2;
        node0 = up0;
        node1 = up1;
    }
    extent->SUFFIX[0] = lo;
    extent->SUFFIX[1] = hi;
}

#undef FN
#undef KEY
#undef LAST_KEY
#undef PASTE
#undef PASTE_
#undef T
#undef SUFFIX
#undef LOWEST
#undef HIGHEST
#undef BITS
#undef EXPONENT
#undef HIGHEST_BITS
#undef LOWEST_BITS
#undef ROW_LANES
#undef ROW_SIGNS
