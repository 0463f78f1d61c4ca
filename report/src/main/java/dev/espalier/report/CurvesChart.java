package dev.espalier.report;

import dev.espalier.datasets.image.ImageEncoder;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.error.FailureReason;
import dev.espalier.error.PrintableText;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.knowm.xchart.AnnotationLine;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Draws loss and a metric over the epochs as an image, with a line at the end of each phase. Needs
 * no display. Immutable.
 *
 * @param title above the curves
 * @param history the epochs
 * @param metric drawn beside the loss, such as {@code accuracy}
 */
public record CurvesChart(String title, RunHistory history, String metric) {
  // Double resolution, so that it is sharp on high-resolution displays.
  private static final int SCALE = 2;
  private static final int WIDTH = 1000;
  private static final int HEIGHT = 440;
  private static final Color TRAINING = new Color(0x4C72B0);
  private static final Color VALIDATION = new Color(0xDD8452);
  private static final Color GRID = new Color(0xE6E6E6);
  private static final Color SWITCH = new Color(0x808080);

  /** Returns the chart of the loss and the first metric of the epochs. */
  public static CurvesChart of(String title, RunHistory history) {
    return new CurvesChart(title, history, history.mainMetric());
  }

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
          "The chart of the curves cannot be written to "
              + file
              + ": "
              + FailureReason.ofWriting(e)
              + ".",
          "The values are in the other files. On a minimal system, install fontconfig and a font.",
          e);
    }
  }

  private BufferedImage draw() {
    BufferedImage image =
        new BufferedImage(WIDTH * SCALE, HEIGHT * SCALE, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    try {
      graphics.scale(SCALE, SCALE);
      graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
      graphics.setRenderingHint(
          RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
      graphics.setColor(Color.WHITE);
      graphics.fillRect(0, 0, WIDTH, HEIGHT);
      graphics.setColor(Color.DARK_GRAY);
      graphics.setFont(new Font(Font.SANS_SERIF, Font.BOLD, 15));
      graphics.drawString(PrintableText.of(title), 18, 26);
      graphics.setColor(SWITCH);
      graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
      graphics.drawString(phases(), 18, 46);
      int top = 56;
      XYChart loss = chart(RunHistory.LOSS);
      XYChart other = chart(metric);
      if (ValueText.isFraction(metric)) {
        other.getStyler().setYAxisMin(0.0);
        other.getStyler().setYAxisMax(1.0);
      }
      graphics.translate(0, top);
      loss.paint(graphics, WIDTH / 2, HEIGHT - top);
      graphics.translate(WIDTH / 2, 0);
      other.paint(graphics, WIDTH / 2, HEIGHT - top);
    } finally {
      graphics.dispose();
    }
    return image;
  }

  /** Describes the positions of the dashed lines. */
  private String phases() {
    StringBuilder text = new StringBuilder();
    for (String phase : history.phases()) {
      List<RunHistory.Epoch> epochs = history.epochsOf(phase);
      text.append(text.isEmpty() ? "" : "   \u2506   ")
          .append(phase)
          .append(": epochs ")
          .append(epochs.get(0).number())
          .append(" to ")
          .append(epochs.get(epochs.size() - 1).number());
    }
    return text.toString();
  }

  private XYChart chart(String name) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH / 2)
            .height(HEIGHT)
            .xAxisTitle("epoch")
            .yAxisTitle(ValueText.title(name))
            .build();
    style(chart.getStyler());
    add(chart, "training", name, TRAINING);
    add(chart, "validation", RunHistory.VALIDATION + name, VALIDATION);
    List<RunHistory.Epoch> epochs = history.epochs();
    for (int i = 1; i < epochs.size(); i++) {
      if (!epochs.get(i).phase().equals(epochs.get(i - 1).phase())) {
        chart.addAnnotation(new AnnotationLine(epochs.get(i).number() - 0.5, true, false));
      }
    }
    return chart;
  }

  private static void style(XYStyler styler) {
    styler
        .setChartBackgroundColor(Color.WHITE)
        .setPlotBackgroundColor(Color.WHITE)
        .setPlotBorderVisible(false)
        .setLegendPosition(LegendPosition.OutsideS)
        .setLegendLayout(LegendLayout.Horizontal)
        .setLegendBorderColor(Color.WHITE)
        .setAnnotationLineColor(SWITCH)
        .setAnnotationLineStroke(
            new BasicStroke(
                1f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_BEVEL, 0, new float[] {4, 4}, 0));
    styler.setPlotGridLinesColor(GRID);
    styler.setXAxisDecimalPattern("0");
    styler.setYAxisDecimalPattern("0.##");
    styler.setPlotContentSize(0.96);
    styler.setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
    styler.setAxisTitleFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
    styler.setAxisTicksLineVisible(false);
  }

  private void add(XYChart chart, String name, String valueName, Color color) {
    List<Double> x = new ArrayList<>();
    List<Double> y = new ArrayList<>();
    for (RunHistory.Epoch epoch : history.epochs()) {
      double value = epoch.value(valueName);
      // A diverged epoch would otherwise dominate the scale, or break it.
      if (Double.isFinite(value)) {
        x.add((double) epoch.number());
        y.add(value);
      }
    }
    if (!x.isEmpty()) {
      XYSeries series = chart.addSeries(name, x, y);
      series.setLineColor(color);
      series.setMarkerColor(color);
      series.setMarker(SeriesMarkers.CIRCLE);
      series.setLineStyle(new BasicStroke(2f));
    }
  }
}
