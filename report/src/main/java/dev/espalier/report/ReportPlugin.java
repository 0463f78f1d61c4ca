package dev.espalier.report;

import dev.espalier.callback.Callback;
import dev.espalier.option.OptionDescription;
import dev.espalier.plugin.Component;
import dev.espalier.plugin.Plugin;
import java.nio.file.Path;
import java.util.List;

/** Provides the callback {@code report}. */
public final class ReportPlugin implements Plugin {
  private static final OptionDescription<Path> FILE =
      OptionDescription.path("file", "HTML file to write.").withDefault(Path.of("report.html"));

  /** Creates the plugin; for {@link java.util.ServiceLoader}. */
  public ReportPlugin() {}

  @Override
  public String id() {
    return "report";
  }

  @Override
  public int apiVersion() {
    return API_VERSION;
  }

  @Override
  public List<Component<Callback>> callbacks() {
    return List.of(
        Component.of(
            "report",
            "Writes curves, timings and training images to an HTML page when training ends.",
            List.of(FILE),
            options -> ReportCallback.to(options.get(FILE))));
  }
}
