package dev.espalier.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/** A plugin of a third party, compiled into a jar: it brings two commands and a model. */
public final class SamplePlugin {
  private static final String SOURCE =
      """
      package org.example;

      import dev.espalier.layer.*;
      import dev.espalier.model.*;
      import dev.espalier.option.OptionDescription;
      import dev.espalier.plugin.*;
      import java.util.List;

      public class SamplePlugin implements Plugin {
        private static final OptionDescription<Integer> TIMES =
            OptionDescription.wholeNumber("times", 1, 9, "How often to greet.").withDefault(1);
        private static final OptionDescription<Boolean> LOUD =
            OptionDescription.flag("loud", "Greets in capitals.");
        private static final OptionDescription<String> GREETING =
            OptionDescription.text("greeting", "What to say, 100%% of it.").withDefault("Hello");

        public String id() { return "sample"; }
        public int apiVersion() { return API_VERSION; }
        public String version() { return "1.2"; }
        public List<CommandProvider> commands() { return List.of(new Greet("greet"), new Greet("%s")); }

        public List<ModelProvider> models() { return List.of(new Net()); }

        record Net() implements ModelProvider {
          public String name() { return "sample-net"; }
          public String description() { return "One dense layer"; }
          public Model create(ModelRequest request) {
            return Sequential.of(Input.of(4), Dense.of(2));
          }
        }

        record Greet(String name) implements CommandProvider {
          public String description() { return "Greets everyone by name."; }
          public List<OptionDescription<?>> options() { return List.of(TIMES, LOUD, GREETING); }
          public List<String> examples() { return List.of("espalier greet --times 2 Ann"); }
          public int run(Invocation call) {
            for (int i = 0; i < call.options().get(TIMES); i++) {
              String text = call.options().get(GREETING) + " " + String.join(" and ", call.arguments());
              call.out().println(call.options().get(LOUD) ? text.toUpperCase() : text);
            }
            return call.arguments().isEmpty() ? 3 : 0;
          }
        }
      }
      """;

  private SamplePlugin() {}

  /**
   * Writes the jar.
   *
   * @param secondCommand the name of the second command
   */
  public static Path write(Path jar, String secondCommand) throws IOException {
    Path work = Files.createTempDirectory(jar.toAbsolutePath().getParent().getParent(), "work");
    Path source =
        Files.writeString(work.resolve("SamplePlugin.java"), SOURCE.formatted(secondCommand));
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-proc:none",
                "-cp",
                System.getProperty("java.class.path"),
                "-d",
                work.toString(),
                source.toString());
    if (status != 0) {
      throw new AssertionError("the sample plugin does not compile");
    }
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
        Stream<Path> all = Files.walk(work)) {
      out.putNextEntry(new JarEntry("META-INF/services/dev.espalier.plugin.Plugin"));
      out.write("org.example.SamplePlugin\n".getBytes(StandardCharsets.UTF_8));
      List<Path> classes = all.filter(file -> file.toString().endsWith(".class")).toList();
      for (Path file : classes) {
        out.putNextEntry(new JarEntry(work.relativize(file).toString().replace('\\', '/')));
        out.write(Files.readAllBytes(file));
      }
    }
    return jar;
  }
}
