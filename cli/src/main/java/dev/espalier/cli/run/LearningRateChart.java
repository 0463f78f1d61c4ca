package dev.espalier.cli.run;

import dev.espalier.core.learningrate.LearningRateCurve;
import dev.espalier.datasets.image.ImageEncoder;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.error.FailureReason;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws the loss over the learning rate, with the suggestion. Needs no display. Immutable. */
public record LearningRateChart(String title, LearningRateCurve curve) {
  // Double resolution, so that it is sharp on high-resolution displays.
  private static final int SCALE = 2;
  private static final int WIDTH = 720;
  private static final int HEIGHT = 440;
  private static final Color BATCHES = new Color(0xC9D3E6);
  private static final Color SMOOTHED = new Color(0x4C72B0);
  private static final Color SUGGESTED = new Color(0xDD8452);
  private static final Color GRID = new Color(0xE6E6E6);

  /** Losses above so many times the first are cut off: a diverged one would flatten the others. */
  private static final double TALLEST = 1.5;

  /**
   * Writes the chart as PNG.
   *
   * @throws EspalierException {@link ErrorCode#FILE_NOT_WRITABLE} if it cannot be drawn or written
   */
  public void write(Path file) {
    try {
      Files.write(file, ImageEncoder.png(draw()));
    } catch (IOException | RuntimeException | LinkageError e) {
      // A JDK without fonts or AWT fails in many ways.
      throw new EspalierException(
          ErrorCode.FILE_NOT_WRITABLE,
          "The chart of the losses cannot be written to "
              + file
              + ": "
              + FailureReason.ofWriting(e)
              + ".",
          "Give --output another file. On a minimal system, install fontconfig and a font.",
          e);
    }
  }

  private BufferedImage draw() {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle("learning rate")
            .yAxisTitle("loss")
            .build();
    style(chart.getStyler());
    double top = TALLEST * (curve.points().isEmpty() ? 1 : curve.points().get(0).smoothedLoss());
    List<LearningRateCurve.Point> drawn =
        curve.points().stream()
            .filter(point -> Double.isFinite(point.loss()) && point.smoothedLoss() <= top)
            .toList();
    add(chart, "batches", drawn, point -> Math.min(top, point.loss()), BATCHES);
    add(chart, "smoothed", drawn, LearningRateCurve.Point::smoothedLoss, SMOOTHED);
    Double suggestion = curve.suggestion();
    if (suggestion != null) {
      mark(chart, drawn, suggestion);
    }
    BufferedImage image =
        new BufferedImage(WIDTH * SCALE, HEIGHT * SCALE, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    try {
      graphics.scale(SCALE, SCALE);
      chart.paint(graphics, WIDTH, HEIGHT);
    } finally {
      graphics.dispose();
    }
    return image;
  }

  private static void style(XYStyler styler) {
    styler
        .setChartBackgroundColor(Color.WHITE)
        .setPlotBackgroundColor(Color.WHITE)
        .setPlotBorderVisible(false)
        .setLegendPosition(LegendPosition.OutsideS)
        .setLegendLayout(LegendLayout.Horizontal)
        .setLegendBorderColor(Color.WHITE);
    styler.setPlotGridLinesColor(GRID);
    styler.setXAxisLogarithmic(true);
    styler.setAxisTicksLineVisible(false);
    styler.setPlotGridVerticalLinesVisible(false);
    styler.setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 15));
    styler.setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
    styler.setAxisTitleFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
  }

  private static void add(
      XYChart chart,
      String name,
      List<LearningRateCurve.Point> points,
      ToDoubleFunction<LearningRateCurve.Point> value,
      Color color) {
    if (points.isEmpty()) {
      return;
    }
    XYSeries series =
        chart.addSeries(
            name,
            points.stream().map(LearningRateCurve.Point::learningRate).toList(),
            points.stream().map(value::applyAsDouble).toList());
    series.setLineColor(color);
    series.setMarker(SeriesMarkers.NONE);
    series.setLineStyle(new BasicStroke(2f));
  }

  private static void mark(XYChart chart, List<LearningRateCurve.Point> points, double suggestion) {
    points.stream()
        .min(Comparator.comparingDouble(point -> distance(point.learningRate(), suggestion)))
        .ifPresent(
            nearest -> {
              XYSeries series =
                  chart.addSeries(
                      String.format(Locale.ROOT, "suggested: %.2g", suggestion),
                      List.of(suggestion),
                      List.of(nearest.smoothedLoss()));
              series.setMarker(SeriesMarkers.CIRCLE);
              series.setMarkerColor(SUGGESTED);
              series.setLineStyle(new BasicStroke(0f));
            });
  }

  private static double distance(double one, double other) {
    return Math.abs(Math.log(one / other));
  }
}
