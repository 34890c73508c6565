#include <plotlib/scene/style.h>

static const struct plt_style light = {
    .background = 0xffffffff,
    .text = 0xff5a606b,
    .strong_text = 0xff2b2f36,
    .line = 0xff8d939e,
    .grid = 0x1a2b2f36,
    .panel = 0xe6ffffff,
    .panel_line = 0xffdcdfe4,
    .hover = 0x143f90da,
    .band = 0x283f90da,
    .band_line = 0xff3f90da,
    .bars = 0x702b2f36,
};

static const struct plt_style dark = {
    .background = 0xff14161a,
    .text = 0xffa2a9b4,
    .strong_text = 0xffe3e6ea,
    .line = 0xff6a717d,
    .grid = 0x1ae3e6ea,
    .panel = 0xe61d2026,
    .panel_line = 0xff333842,
    .hover = 0x1e3f90da,
    .band = 0x323f90da,
    .band_line = 0xff5aa5e8,
    .bars = 0x70e3e6ea,
};

const struct plt_style *plt_style_theme(bool is_dark)
{
    return is_dark ? &dark : &light;
}

uint32_t plt_style_curve(int index)
{
    static const uint32_t petroff[PLT_NUM_CURVE_COLORS] = {
        0xff3f90da, 0xffffa90e, 0xffbd1f01, 0xff94a4a2, 0xff832db6,
        0xffa96b59, 0xffe76300, 0xffb9ac70, 0xff717581, 0xff92dadd,
    };
    return petroff[(unsigned)index % PLT_NUM_CURVE_COLORS];
}
