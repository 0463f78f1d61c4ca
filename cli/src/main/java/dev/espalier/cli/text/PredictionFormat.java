package dev.espalier.cli.text;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import dev.espalier.core.Predictions.ClassScore;
import dev.espalier.error.PrintableText;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How predictions are printed. */
public enum PredictionFormat {
  /** For people. */
  TEXT {
    @Override
    public Printer to(PrintWriter out) {
      return new Text(out);
    }
  },
  /** One JSON array. */
  JSON {
    @Override
    public Printer to(PrintWriter out) {
      return new WholeJson(out);
    }
  },
  /** One JSON object per line. */
  JSONL {
    @Override
    public Printer to(PrintWriter out) {
      Gson gson = new GsonBuilder().disableHtmlEscaping().create();
      return image -> printLine(out, gson.toJson(image.toJson()));
    }
  },
  /** A table with a line for each class of each image, as RFC 4180 describes. */
  CSV {
    @Override
    public Printer to(PrintWriter out) {
      printLine(out, "image,output,rank,label,class,score,error");
      return image -> Csv.print(out, image);
    }
  };

  /** Prints images one after another. */
  @FunctionalInterface
  public interface Printer {
    /** Takes the next image. */
    void print(PredictedImage image);

    /** Prints what can only be printed at the end. */
    default void finish() {}
  }

  /** Returns a printer for one run. */
  public abstract Printer to(PrintWriter out);

  /** Each line can be read at once by the program that the output is piped to. */
  private static void printLine(PrintWriter out, String line) {
    out.println(line);
    out.flush();
  }

  /** The names of all images are padded to one width. */
  private static final class Text implements Printer {
    private final PrintWriter out;
    private final List<PredictedImage> images = new ArrayList<>();

    Text(PrintWriter out) {
      this.out = out;
    }

    @Override
    public void print(PredictedImage image) {
      if (image.problem() == null) {
        images.add(image);
      }
    }

    @Override
    public void finish() {
      int width =
          images.stream()
              .flatMap(image -> image.outputs().values().stream())
              .filter(PredictedOutput.Classes.class::isInstance)
              .flatMap(output -> ((PredictedOutput.Classes) output).scores().stream())
              .mapToInt(score -> PrintableText.of(score.className()).length())
              .max()
              .orElse(0);
      for (PredictedImage image : images) {
        out.println(image.file());
        if (image.unknown()) {
          out.println("  unknown");
        }
        image
            .outputs()
            .forEach((name, output) -> print(name, image.outputs().size() > 1, output, width));
      }
      out.flush();
    }

    private void print(String name, boolean named, PredictedOutput output, int width) {
      String title = "  " + PrintableText.of(name);
      if (output instanceof PredictedOutput.Classes classes) {
        if (named) {
          out.println(title);
        }
        classes.lines(width).forEach(line -> out.println((named ? "    " : "  ") + line));
      } else if (output instanceof PredictedOutput.Values values) {
        out.println(title + "  " + values.line());
      }
    }
  }

  private static final class WholeJson implements Printer {
    private final PrintWriter out;
    private final JsonArray images = new JsonArray();
    private final JsonArray failures = new JsonArray();

    WholeJson(PrintWriter out) {
      this.out = out;
    }

    @Override
    public void print(PredictedImage image) {
      (image.problem() == null ? images : failures).add(image.toJson());
    }

    @Override
    public void finish() {
      images.addAll(failures);
      Gson gson = new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();
      out.print(gson.toJson(images)); // println would escape the ends of its lines
      out.println();
      out.flush();
    }
  }

  private static final class Csv {
    private Csv() {}

    static void print(PrintWriter out, PredictedImage image) {
      String file = quoted(image.file().toString());
      if (image.problem() != null) {
        printLine(out, file + ",,,,,," + quoted(image.problem().problem()));
      }
      image
          .outputs()
          .forEach(
              (name, output) -> {
                String start = file + "," + quoted(name) + ",";
                if (output instanceof PredictedOutput.Classes classes) {
                  printClasses(out, start, image.unknown(), classes.scores());
                } else if (output instanceof PredictedOutput.Values values) {
                  for (int i = 0; i < values.values().size(); i++) {
                    printLine(out, start + i + ",,," + values.values().get(i) + ",");
                  }
                }
              });
    }

    private static void printClasses(
        PrintWriter out, String start, boolean unknown, List<ClassScore> scores) {
      if (unknown) {
        printLine(out, start + "0,,unknown,,");
      }
      for (int i = 0; i < scores.size(); i++) {
        ClassScore score = scores.get(i);
        printLine(
            out,
            start
                + (i + 1)
                + ","
                + score.label()
                + ","
                + quoted(score.className())
                + ","
                + String.format(Locale.ROOT, "%.7g", score.score())
                + ",");
      }
    }

    private static String quoted(String text) {
      boolean plain = text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
      return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
    }
  }
}
