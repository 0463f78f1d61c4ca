package dev.espalier.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClasspathRoots;

import dev.espalier.cli.CommandRun;
import dev.espalier.cli.GoldenFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

public class PluginNewCommandTest {
  @TempDir Path temporary;

  @Test
  void writesWhatItPrints() throws IOException {
    Path folder = temporary.resolve("it");
    CommandRun run = CommandRun.of("plugin", "new", "channel-gate", "--folder", folder);
    assertThat(run.exitCode()).isZero();
    assertThat(run.err()).isEmpty();
    GoldenFile.assertMatches("plugin-new.txt", run.out().replace(temporary.toString() + "/", ""));
    assertThat(run.out().lines().filter(line -> line.startsWith(folder.toString())))
        .isNotEmpty()
        .allSatisfy(file -> assertThat(Path.of(file)).isRegularFile());
    assertThat(folder.resolve("src/main/resources/META-INF/services/dev.espalier.plugin.Plugin"))
        .hasContent("org.example.channelgate.ChannelGatePlugin");
  }

  /** So the build that the whole project's tests run is the one that is written. */
  @Test
  void itsBuildIsThatOfTheExample() throws IOException {
    Path folder = temporary.resolve("eca-plugin");
    CommandRun.of("plugin", "new", "eca-plugin", "--folder", folder);
    assertThat(Files.readString(folder.resolve("pom.xml")))
        .isEqualTo(Files.readString(Path.of("../examples/plugin/pom.xml")));
  }

  @Test
  void itCompilesAndItsTestsPassAndItsJarIsAPlugin() throws IOException {
    Path folder = temporary.resolve("fresh");
    assertThat(CommandRun.of("plugin", "new", "channel-gate", "--folder", folder).exitCode())
        .isZero();
    Path classes = compiled(folder.resolve("src/main"), folder.resolve("classes"), List.of());
    Path services = folder.resolve("src/main/resources");
    Path tests = compiled(folder.resolve("src/test"), folder.resolve("tests"), List.of(classes));

    TestExecutionSummary summary = run(tests, classes, services);
    StringWriter failures = new StringWriter();
    summary.printFailuresTo(new PrintWriter(failures));
    assertThat(failures).hasToString("");
    assertThat(summary.getTestsFailedCount()).isZero();
    // Three engines, several promises of the layer, the callback and the plugin.
    assertThat(summary.getTestsSucceededCount()).isGreaterThan(25);

    Path jar = Files.createDirectories(temporary.resolve("plugins")).resolve("gate.jar");
    write(jar, classes, services);
    assertThat(CommandRun.of("plugin", "list", "--plugins", jar.getParent()).out())
        .contains(
            "channel-gate\n  from "
                + jar
                + "\n  type of layer   ChannelGateLayer\n  callback        channel-gate-decay\n");
  }

  private static Path compiled(Path sources, Path target, List<Path> classPath) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("-proc:none", "-Xlint:all", "-Werror"));
    StringBuilder path = new StringBuilder(System.getProperty("java.class.path"));
    classPath.forEach(one -> path.append(java.io.File.pathSeparator).append(one));
    arguments.addAll(List.of("-Xlint:-path", "-cp", path.toString(), "-d", target.toString()));
    try (Stream<Path> files = Files.walk(sources)) {
      files.map(Path::toString).filter(file -> file.endsWith(".java")).forEach(arguments::add);
    }
    var errors = new java.io.ByteArrayOutputStream();
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, errors, arguments.toArray(String[]::new));
    assertThat(status).as(errors.toString(java.nio.charset.StandardCharsets.UTF_8)).isZero();
    return target;
  }

  private static TestExecutionSummary run(Path tests, Path... more) throws IOException {
    List<URL> urls = new ArrayList<>(List.of(tests.toUri().toURL()));
    for (Path one : more) {
      urls.add(one.toUri().toURL());
    }
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    SummaryGeneratingListener listener = new SummaryGeneratingListener();
    try (URLClassLoader loader = new URLClassLoader(urls.toArray(URL[]::new), before)) {
      thread.setContextClassLoader(loader);
      LauncherFactory.create()
          .execute(
              LauncherDiscoveryRequestBuilder.request()
                  .selectors(selectClasspathRoots(Set.of(tests)))
                  .build(),
              listener);
    } finally {
      thread.setContextClassLoader(before);
    }
    return listener.getSummary();
  }

  private static void write(Path jar, Path... roots) throws IOException {
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      for (Path root : roots) {
        try (Stream<Path> files = Files.walk(root)) {
          for (Path file : files.filter(Files::isRegularFile).toList()) {
            out.putNextEntry(new JarEntry(root.relativize(file).toString().replace('\\', '/')));
            out.write(Files.readAllBytes(file));
          }
        }
      }
    }
  }

  @Test
  void nothingIsOverwritten() throws IOException {
    Path mine = Files.writeString(temporary.resolve("pom.xml"), "mine");
    CommandRun run = CommandRun.of("plugin", "new", "channel-gate", "--folder", temporary);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("is not empty").contains("nothing is overwritten");
    assertThat(mine).hasContent("mine");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ChannelGate", "channel gate", "../up", "channel_gate", "3d"})
  void otherNamesAreRefused(String name) {
    CommandRun run = CommandRun.of("plugin", "new", name, "--folder", temporary.resolve("x"));
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("cannot be named").contains("such as channel-attention");
    assertThat(temporary.resolve("x")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"tensorflow", "activation"})
  void namesThatAreTakenAreRefused(String name) {
    CommandRun run = CommandRun.of("plugin", "new", name, "--folder", temporary.resolve("x"));
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("is taken");
  }

  @Test
  void aNameThatIsAWordOfJavaGetsAnotherPackage() {
    Path folder = temporary.resolve("x");
    CommandRun.of("plugin", "new", "switch", "--folder", folder);
    assertThat(folder.resolve("src/main/java/org/example/switchplugin/SwitchPlugin.java"))
        .content()
        .startsWith("package org.example.switchplugin;");
  }
}
