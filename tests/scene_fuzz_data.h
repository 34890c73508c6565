// Series for scene_fuzz.c: samples of every type, set, appended, wrapped, changed and
// transformed. Includer: scene_fuzz.c.
#pragma once

#include "random_data.h"
#include "scene_fuzz.h"

static void fuzz_release(void *user)
{
    ++*(int *)user;
}

// y[n] and its bytes in the type, and x: mostly in order.
static void fuzz_fill(struct fuzz *f, enum plt_type type, size_t n)
{
    struct test_random *r = &f->random;
    double dx = test_log_uniform(r, 1e-3, 1e3);
    bool wild = test_below(r, 6) == 0, unsorted = test_below(r, 8) == 0;
    bool times = test_below(r, 2);
    test_fill_signal(r, (enum test_signal)test_below(r, NUM_SIGNALS), f->y, n);
    test_fill_x(r,
                &(struct test_x){.f0 = fuzz_mild(f, -10, 10),
                                 .i0 = times ? INT64_C(1700000000000000000) : 5,
                                 .dx = dx,
                                 .unsorted = unsorted},
                f->xf, NULL, n);
    int64_t at = times ? INT64_C(1700000000000000000) : -7;
    for (size_t i = 0; i < n; i++) {
        at += (int64_t)(2 * dx * test_uniform(r));
        f->xi[i] = unsorted && test_below(r, 3) == 0 ? (int64_t)test_next(r) : at;
        f->y[i] = wild ? fuzz_value(f) : f->y[i] * 3 - 1;
        if (wild && test_below(r, 4) == 0)
            f->xf[i] = fuzz_value(f);
        test_store(type, f->bytes, i, f->y[i] * (type > PLT_F32 ? 50 : 1));
    }
}

static const void *fuzz_x(struct fuzz *f, enum plt_x_kind kind)
{
    return kind == PLT_X_F64 ? (const void *)f->xf : kind == PLT_X_I64 ? f->xi : NULL;
}

static void fuzz_create_series(struct fuzz *f)
{
    struct test_random *r = &f->random;
    struct fuzz_series *s = &f->series[test_below(r, MAX_SERIES)];
    if (s->series)
        return;
    *s = (struct fuzz_series){.type = (enum plt_type)test_below(r, PLT_NUM_TYPES),
                              .x_kind = (enum plt_x_kind)test_below(r, 3)};
    if (test_below(r, 2))
        s->type = PLT_F64;
    s->series = plt_series_create(
        plt_series_params(.type = s->type, .x_kind = s->x_kind, .x0 = fuzz_mild(f, -5, 5),
                          .dx = test_below(r, 2) ? 0 : fuzz_mild(f, 0.1, 2),
                          .capacity =
                              test_below(r, 2) ? 0 : 1 + test_below(r, 2 * MOST_SAMPLES),
                          .name = fuzz_text(f), .log = f->log));
}

static void fuzz_create_transform(struct fuzz *f)
{
    struct test_random *r = &f->random;
    struct fuzz_series *source = fuzz_series(f), *s = &f->series[test_below(r, MAX_SERIES)];
    if (!source || s->series)
        return;
    *s = (struct fuzz_series){.derived = true};
    s->series = plt_series_transform(
        source->series,
        plt_transform_params(.kind = (enum plt_transform_kind)fuzz_enum(f, 8),
                             .length = test_below(r, 3) ? test_below(r, 40) : test_next(r),
                             .centered = test_below(r, 2),
                             .window = (enum plt_window)fuzz_enum(f, 6),
                             .segment = test_below(r, 3) ? 0 : test_below(r, 200),
                             .decibel = test_below(r, 2),
                             .x_scale = test_below(r, 2) ? 0 : fuzz_mild(f, 0.1, 2),
                             .name = fuzz_text(f)));
}

static void fuzz_give_data(struct fuzz *f)
{
    struct fuzz_series *s = fuzz_series(f);
    if (!s)
        return;
    size_t n = fuzz_count(f);
    fuzz_fill(f, s->type, n);
    enum plt_x_kind kind = test_below(&f->random, 40) ? s->x_kind : PLT_X_F64;
    const void *x = fuzz_x(f, kind);
    if (test_below(&f->random, 3)) {
        if (x)
            plt_series_append_xy(s->series, x, f->bytes, n);
        else
            plt_series_append(s->series, f->bytes, n);
        return;
    }
    bool set = x ? plt_series_set_xy(s->series, x, f->bytes, n)
                 : plt_series_set(s->series, f->bytes, n);
    s->wrapped = set ? false : s->wrapped;
}

static void fuzz_wrap(struct fuzz *f)
{
    struct fuzz_series *s = fuzz_series(f);
    if (!s || s->type != PLT_F64 || s->wrapped || s->derived)
        return;
    size_t n = fuzz_count(f), slot = (size_t)(s - f->series);
    fuzz_fill(f, PLT_F64, n);
    memcpy(f->held_x[slot], s->x_kind == PLT_X_I64 ? (void *)f->xi : f->xf, n * 8);
    memcpy(f->held_y[slot], f->y, n * 8);
    bool borrowed =
        plt_series_wrap(s->series, s->x_kind == PLT_X_UNIFORM ? NULL : f->held_x[slot],
                        f->held_y[slot], n, fuzz_release, &f->releases);
    f->wraps += borrowed;
    s->wrapped = borrowed && n > 0;
}

static void fuzz_change(struct fuzz *f)
{
    struct fuzz_series *s = fuzz_series(f);
    if (!s)
        return;
    size_t n = (size_t)plt_series_count(s->series), slot = (size_t)(s - f->series);
    size_t first = (size_t)test_below(&f->random, n + 1);
    size_t some = (size_t)test_below(&f->random, n - first + 1);
    if (!s->wrapped || s->derived) {
        plt_series_changed(s->series, first, some);
        return;
    }
    for (size_t i = first; i < first + some; i++)
        f->held_y[slot][i] = fuzz_value(f);
    for (int i = 0; i < 20 && !plt_series_changed(s->series, first, some); i++)
        REQUIRE(f->no_memory);
}

static void fuzz_unref_series(struct fuzz *f)
{
    struct fuzz_series *s = fuzz_series(f);
    if (!s || s->wrapped) // its memory is used again by the next one
        return;
    if (test_below(&f->random, 2))
        plt_series_clear(s->series);
    plt_series_unref(s->series);
    *s = (struct fuzz_series){0};
}

static void fuzz_clear_series(struct fuzz *f)
{
    struct fuzz_series *s = fuzz_series(f);
    if (!s)
        return;
    plt_series_clear(s->series);
    s->wrapped = s->derived ? s->wrapped : false;
}
