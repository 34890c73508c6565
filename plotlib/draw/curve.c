// Curve -> stroke: reduces the series to the view, exactly (reduce/columns.h), and says how
// wide and in which colour. Without antialiasing it becomes integer rectangles instead.
#include <math.h>

#include <plotlib/draw/build.h>
#include <plotlib/draw/lattice.h>

static void cover(struct plt_irect *box, float x0, float x1, float y0, float y1,
                  float reach)
{
    // Coordinates are clipped to the padded view, so they fit an int.
    int32_t left = (int32_t)floorf(x0 - reach), right = (int32_t)ceilf(x1 + reach);
    int32_t top = (int32_t)floorf(y0 - reach), bottom = (int32_t)ceilf(y1 + reach);
    box->x0 = left < box->x0 ? left : box->x0;
    box->x1 = right > box->x1 ? right : box->x1;
    box->y0 = top < box->y0 ? top : box->y0;
    box->y1 = bottom > box->y1 ? bottom : box->y1;
}

static struct plt_irect ink_bounds(const struct plt_reduced *strokes,
                                   const struct plt_reduce_result *part, float reach,
                                   struct plt_irect clip)
{
    struct plt_irect box = {INT32_MAX, INT32_MAX, INT32_MIN, INT32_MIN};
    for (size_t i = 0; i < part->num_columns; i++) {
        const struct plt_column *c = &strokes->columns[part->first_column + i];
        float x = (float)(part->col0 + (int32_t)i) + 0.5f;
        if (c->lo <= c->hi)
            cover(&box, x, x, c->lo, c->hi, reach);
    }
    for (size_t i = 0; i < part->num_segments; i++) {
        const struct plt_segment *s = &strokes->segments[part->first_segment + i];
        cover(&box, s->x0, s->x1, fminf(s->y0, s->y1), fmaxf(s->y0, s->y1), reach);
    }
    return plt_irect_cut(box, clip);
}

static void push_stroke(struct plt_frame *frame, const struct plt_reduce_result *part,
                        float width, uint32_t color, struct plt_irect clip)
{
    struct plt_stroke stroke = {.col0 = part->col0,
                                .first_column = part->first_column,
                                .num_columns = part->num_columns,
                                .first_segment = part->first_segment,
                                .num_segments = part->num_segments,
                                .sorted = part->sorted,
                                .half_width = width / 2};
    stroke.bounds = ink_bounds(&frame->strokes, part, width / 2 + 1.5f, clip);
    if (plt_irect_empty(stroke.bounds))
        return;
    struct plt_op *op = plt_push_op(frame, PLT_OP_STROKE, color, clip);
    if (op)
        op->stroke = stroke;
}

static void push_lattice(struct plt_frame *frame, const struct plt_reduce_result *part,
                         double width, uint32_t color, struct plt_irect clip)
{
    struct plt_op *op = plt_push_op(frame, PLT_OP_SPANS, color, clip);
    if (!op)
        return;
    if (!plt_lattice_rects(&frame->strokes, part, width, op->clip, &frame->rects,
                           &frame->num_rects, &frame->cap_rects))
        frame->failed = true;
    op->count = frame->num_rects - op->first;
    if (op->count == 0)
        frame->num_ops--; // no ink, no operation
}

// The shadow is a wider stroke: 0 = twice the curve's width.
static double shadow_width(const struct plt_curve *curve)
{
    float width = curve->shadow_width_px;
    return (double)(width > 0 ? width : 2 * curve->width_px);
}

void plt_push_curve_stroke(struct plt_frame *frame, const struct plt_curve *curve,
                           const struct plt_reduce_result *part, double width,
                           uint32_t color, struct plt_irect clip)
{
    const struct plt_path_style style = {curve->join, curve->cap,
                                         curve->miter_limit > 0 ? curve->miter_limit : 4};
    bool round = style.join == PLT_JOIN_ROUND && style.cap == PLT_CAP_ROUND;
    if (curve->no_antialias)
        push_lattice(frame, part, width, color, clip);
    else if (round || part->num_segments == 0)
        push_stroke(frame, part, (float)width, color, clip);
    else
        plt_push_path(frame, part, &style, (float)width, color, clip);
}

// Shadow and stroke, from the same points.
static void push_line(struct plt_frame *frame, const struct plt_curve *curve,
                      const struct plt_reduce_result *part, double width,
                      struct plt_irect clip)
{
    double shadow = shadow_width(curve) * curve->sampled.item.plot->figure->scale;
    if (curve->shadow_color.a > 0)
        plt_push_curve_stroke(frame, curve, part, shadow,
                              plt_color_argb(curve->shadow_color), clip);
    plt_push_curve_stroke(frame, curve, part, width, plt_item_argb(&curve->sampled.item),
                          clip);
}

// An infinite row is an edge of the plot; none at all is the bottom.
static double level_px(const struct plt_curve *curve)
{
    const struct plt_plot *plot = curve->sampled.item.plot;
    double px = plt_map_px(&curve->sampled.item.y_axis->map, curve->fill_level);
    return px < plot->data.y0 ? plot->data.y0 : px <= plot->data.y1 ? px : plot->data.y1;
}

static void push_fill(struct plt_frame *frame, const struct plt_curve *curve,
                      const struct plt_series_pin *pin,
                      const struct plt_reduce_params *params, struct plt_irect clip)
{
    struct plt_area_side sides[2] = {{pin, *params}, {NULL, *params}};
    struct plt_series_pin other_pin;
    const struct plt_curve *other = curve->fill_to;
    if (other) {
        if (!plt_sampled_pin(&other->sampled, &other_pin))
            return;
        sides[1].pin = &other_pin;
        sides[1].params.y = other->sampled.item.y_axis->map;
        sides[1].params.memo = NULL; // the other curve may be drawn at the same time
        sides[1].params.connect = other->connect;
        sides[1].params.join_next = other->join_next;
        sides[1].params.num_join_next = other->num_join_next;
        sides[1].params.step = other->step;
    }
    plt_push_area(frame, sides, level_px(curve), plt_color_argb(curve->fill_color), clip);
    if (other)
        plt_sampled_unpin(&other->sampled, &other_pin);
}

enum { MAPPED_OFF_MOST = 1 << 22 };

// The corners of a walk inside a dense column are no part of the contract: the reference
// of a stroke with corners takes its columns from a scan of all samples. A mapped file of
// more than the cache holds is never read whole for a picture: it is the same either way.
static enum plt_reduce_mode reduce_mode(const struct plt_curve *curve,
                                        const struct plt_series_pin *pin)
{
    bool round = curve->join == PLT_JOIN_ROUND && curve->cap == PLT_CAP_ROUND;
    if (curve->lod != PLT_LOD_OFF || (pin->mapped && pin->head > MAPPED_OFF_MOST))
        return PLT_REDUCE_AUTO;
    return round || curve->no_antialias ? PLT_REDUCE_OFF : PLT_REDUCE_SCAN;
}

static void draw_pass(struct plt_frame *frame, const struct plt_curve *curve,
                      const struct plt_series_pin *pin,
                      const struct plt_reduce_params *params, double width,
                      struct plt_irect clip)
{
    if (curve->fill_color.a > 0)
        push_fill(frame, curve, pin, params, clip);
    struct plt_reduced *strokes = &frame->strokes;
    size_t columns = strokes->num_columns, segments = strokes->num_segments;
    struct plt_reduce_result part;
    if (curve->num_colors > 0) {
        plt_push_colors(frame, pin, params, curve, (float)width, clip);
        return;
    }
    if (!plt_reduce(strokes, &part, pin, params)) {
        frame->failed = true;
        return;
    }
    push_line(frame, curve, &part, width, clip);
    if (curve->no_antialias) { // rectangles by now
        strokes->num_columns = columns;
        strokes->num_segments = segments;
    }
}

void plt_draw_curve(struct plt_frame *frame, struct plt_curve *curve)
{
    struct plt_plot *plot = curve->sampled.item.plot;
    struct plt_series_pin pin;
    if (!plt_sampled_pin(&curve->sampled, &pin))
        return;
    double scale = plot->figure->scale, width = curve->width_px * scale, widest = width;
    if (curve->shadow_color.a > 0 && shadow_width(curve) * scale > width)
        widest = shadow_width(curve) * scale;
    float dash[PLT_MAX_DASH];
    for (size_t i = 0; i < curve->num_dash; i++)
        dash[i] = (float)(curve->dash[i] * scale);
    struct plt_reduce_params params = {
        .y = curve->sampled.item.y_axis->map,
        .row0 = plot->data.y0,
        .row1 = plot->data.y1,
        .pad = (int32_t)ceil(widest / 2 + 0.5) + 1,
        .mode = reduce_mode(curve, &pin),
        .connect = curve->connect,
        .join_next = curve->join_next,
        .num_join_next = curve->num_join_next,
        .step = curve->step,
        .dash = curve->num_dash > 0 ? dash : NULL,
        .num_dash = curve->num_dash,
        .dash_offset = curve->dash_offset * scale,
        .memo = &curve->memo,
    };
    struct plt_pass passes[PLT_MAX_PASSES];
    int num_passes = plt_plot_passes(plot, passes);
    int32_t columns = plot->data.x1 - plot->data.x0 + 2 * params.pad;
    plt_memo_reserve(&curve->memo, columns > 0 ? (size_t)columns : 0);
    for (int i = 0; i < num_passes; i++) {
        params.x = passes[i].x;
        params.col0 = passes[i].clip.x0;
        params.col1 = passes[i].clip.x1;
        draw_pass(frame, curve, &pin, &params, width, passes[i].clip);
    }
    plt_sampled_unpin(&curve->sampled, &pin);
}
