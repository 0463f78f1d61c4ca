package dev.espalier.core.internal.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.core.fixture.PluginJar;
import dev.espalier.plugin.Plugin;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A plugin's own classes and resources go first; what it shares with the application does not. */
class PluginClassLoaderTest {
  private static final String LIBRARY = "org.example.Library";
  private static final List<String> SHARED =
      List.of(
          "dev.espalier.plugin.Plugin",
          "dev.espalier.core.Trainer",
          "org.slf4j.Logger",
          "org.jspecify.annotations.Nullable");

  @TempDir private Path folder;
  private URLClassLoader application;
  private PluginClassLoader plugin;

  @BeforeEach
  void openLoaders() throws IOException {
    application = new URLClassLoader(urls(jar("application")), getClass().getClassLoader());
    Path own = jar("plugin");
    plugin = new PluginClassLoader(own, urls(own), application);
  }

  @AfterEach
  void closeLoaders() throws IOException {
    plugin.close();
    application.close();
  }

  /** Writes a jar with a library, a text, a services file, and copies of what is to be shared. */
  private Path jar(String owner) throws IOException {
    Path classes =
        new PluginJar()
            .source("Library", "public class Library {}")
            .classes(folder.resolve(owner + "-classes"));
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put(
        "org/example/Library.class",
        Files.readAllBytes(classes.resolve("org/example/Library.class")));
    entries.put("settings.txt", owner.getBytes(StandardCharsets.UTF_8));
    entries.put(PluginClassLoader.SERVICES, owner.getBytes(StandardCharsets.UTF_8));
    for (String name : SHARED) {
      String file = name.replace('.', '/') + ".class";
      try (InputStream in = Plugin.class.getClassLoader().getResourceAsStream(file)) {
        entries.put(file, in.readAllBytes());
      }
    }
    Path jar = folder.resolve(owner + ".jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        out.putNextEntry(new JarEntry(entry.getKey()));
        out.write(entry.getValue());
      }
    }
    return jar;
  }

  private static URL[] urls(Path jar) throws IOException {
    return new URL[] {jar.toUri().toURL()};
  }

  private static String text(URL url) throws IOException {
    try (InputStream in = url.openStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void aClassThatBothHaveIsThePlugins() throws Exception {
    assertThat(plugin.loadClass(LIBRARY).getClassLoader()).isSameAs(plugin);
    assertThat(application.loadClass(LIBRARY).getClassLoader()).isSameAs(application);
  }

  @Test
  void whatPluginAndApplicationTalkInIsTheApplications() throws Exception {
    for (String name : SHARED) {
      assertThat(plugin.loadClass(name))
          .isSameAs(Class.forName(name, false, getClass().getClassLoader()));
    }
  }

  @Test
  void whatThePluginLacksComesFromTheApplication() throws Exception {
    assertThat(plugin.loadClass("org.assertj.core.api.Assertions"))
        .isSameAs(org.assertj.core.api.Assertions.class);
  }

  @Test
  void aResourceThatBothHaveIsThePlugins() throws IOException {
    assertThat(text(plugin.getResource("settings.txt"))).isEqualTo("plugin");
    try (InputStream in = plugin.getResourceAsStream("settings.txt")) {
      assertThat(in).hasContent("plugin");
    }
    assertThat(Collections.list(plugin.getResources("settings.txt")))
        .extracting(PluginClassLoaderTest::text)
        .containsExactly("plugin", "application");
  }

  @Test
  void ofTheFilesThatNamePluginsItSeesItsOwnAlone() throws IOException {
    assertThat(Collections.list(plugin.getResources(PluginClassLoader.SERVICES)))
        .extracting(PluginClassLoaderTest::text)
        .containsExactly("plugin");
  }
}
