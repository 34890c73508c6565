// Everything of libplotlib. Widgets are apart: <plotlib/widget.h>, from libplotlib-qt.
//
// Reading order, along the data's way: series and image keep, figure, plot, axis, curve and
// image_item show, raster and gl paint; file and source bring data in.
#pragma once

#include <plotlib/axis.h>
#include <plotlib/bars.h>
#include <plotlib/box_plot.h>
#include <plotlib/color_bar.h>
#include <plotlib/colormap.h>
#include <plotlib/curve.h>
#include <plotlib/error_bars.h>
#include <plotlib/event.h>
#include <plotlib/figure.h>
#include <plotlib/file.h>
#include <plotlib/frame_ring.h>
#include <plotlib/frames.h>
#include <plotlib/gl.h>
#include <plotlib/histogram.h>
#include <plotlib/image.h>
#include <plotlib/image_item.h>
#include <plotlib/image_map.h>
#include <plotlib/image_viewer.h>
#include <plotlib/log.h>
#include <plotlib/map.h>
#include <plotlib/pick.h>
#include <plotlib/plot.h>
#include <plotlib/raster.h>
#include <plotlib/roi.h>
#include <plotlib/scale.h>
#include <plotlib/scatter.h>
#include <plotlib/series.h>
#include <plotlib/source.h>
#include <plotlib/text_item.h>
#include <plotlib/transform.h>
#include <plotlib/types.h>
#include <plotlib/view.h>
#include <plotlib/waterfall.h>
