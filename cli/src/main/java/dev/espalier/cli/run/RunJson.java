package dev.espalier.cli.run;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** A complete run for a program: its folder, its files, and what {@code results.json} contains. */
final class RunJson {
  private final Path folder;
  private final String results;
  private final Map<String, Path> files = new LinkedHashMap<>();

  /**
   * Describes a run.
   *
   * @param results the text of {@code results.json}
   */
  RunJson(RunFolder folder, String results) {
    this.folder = folder.path();
    this.results = results;
    files.put("model", folder.model());
    files.put("configuration", folder.configuration());
    files.put("history", folder.history());
    files.put("results", folder.results());
    files.put("summary", folder.summary());
  }

  /** Adds a file that not every run has. */
  void add(String name, Path file) {
    files.put(name, file);
  }

  String text() {
    JsonObject object = new JsonObject();
    object.addProperty("folder", folder.toString());
    JsonObject paths = new JsonObject();
    files.forEach((name, file) -> paths.addProperty(name, file.toString()));
    object.add("files", paths);
    object.add("results", JsonParser.parseString(results));
    return new GsonBuilder()
        .setPrettyPrinting()
        .disableHtmlEscaping()
        .serializeNulls()
        .create()
        .toJson(object);
  }
}
