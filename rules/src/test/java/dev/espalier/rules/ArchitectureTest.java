package dev.espalier.rules;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static dev.espalier.rules.EspalierCode.inModule;
import static dev.espalier.rules.EspalierCode.module;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.domain.Source;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private static final JavaClasses CODE = EspalierCode.classes();

  /** For each module the modules it may use. */
  private static final Map<String, Set<String>> ARROWS =
      Map.ofEntries(
          Map.entry("api", Set.of()),
          Map.entry("testkit", Set.of("api")),
          Map.entry("augment", Set.of("api")),
          Map.entry("callbacks", Set.of("api")),
          Map.entry("datasets", Set.of("api")),
          Map.entry("download", Set.of("api")),
          Map.entry("weights", Set.of("api", "download")),
          Map.entry("models", Set.of("api", "download", "weights")),
          Map.entry("lowering", Set.of("api")),
          Map.entry("djl", Set.of("api", "lowering")),
          Map.entry("mxnet", Set.of("api", "lowering", "djl")),
          Map.entry("pytorch", Set.of("api", "lowering", "djl")),
          Map.entry("tensorflow", Set.of("api", "lowering", "djl")),
          Map.entry("onnxruntime", Set.of("api", "lowering", "onnx")),
          Map.entry("core", Set.of("api", "download")),
          Map.entry("onnx", Set.of("api", "core")),
          Map.entry("guice", Set.of("api", "core")),
          Map.entry("kotlin", Set.of("api", "core")),
          Map.entry("report", Set.of("api", "core", "datasets")),
          Map.entry("server", Set.of("api", "core", "datasets")),
          Map.entry("spark", Set.of("api", "core")),
          Map.entry(
              "cli",
              Set.of(
                  "api",
                  "core",
                  "augment",
                  "callbacks",
                  "datasets",
                  "models",
                  "weights",
                  "download",
                  "onnx",
                  "report",
                  "server",
                  "onnxruntime",
                  "mxnet",
                  "pytorch",
                  "tensorflow")));

  private static final Set<String> KOTLIN_KEYWORDS =
      Set.of(
          "as",
          "break",
          "class",
          "continue",
          "do",
          "else",
          "false",
          "for",
          "fun",
          "if",
          "in",
          "interface",
          "is",
          "null",
          "object",
          "package",
          "return",
          "super",
          "this",
          "throw",
          "true",
          "try",
          "typealias",
          "typeof",
          "val",
          "var",
          "when",
          "while");

  @Test
  void dependenciesPointOneWay() {
    classes()
        .should(
            new ArchCondition<JavaClass>("use the modules that theirs may use") {
              @Override
              public void check(JavaClass type, ConditionEvents events) {
                String from = module(type);
                Set<String> allowed = ARROWS.getOrDefault(from, Set.of());
                type.getDirectDependenciesFromSelf()
                    .forEach(
                        dependency -> {
                          JavaClass target = dependency.getTargetClass().getBaseComponentType();
                          if (target.getPackageName().startsWith("dev.espalier")) {
                            String to = module(target);
                            if (!to.equals(from) && !allowed.contains(to)) {
                              events.add(
                                  SimpleConditionEvent.violated(
                                      dependency,
                                      from + " uses " + to + ": " + dependency.getDescription()));
                            }
                          }
                        });
              }
            })
        .check(CODE);
  }

  @Test
  void everyModuleIsLookedAt() {
    Set<String> seen = new TreeSet<>();
    CODE.forEach(type -> seen.add(module(type)));
    assertThat(seen).containsExactlyInAnyOrderElementsOf(ARROWS.keySet());
  }

  @Test
  void onlyEnginesKnowNativeLibraries() {
    noClasses()
        .that(
            DescribedPredicate.not(
                inModule("lowering", "djl", "mxnet", "onnxruntime", "pytorch", "tensorflow")))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "ai.djl..", "ai.onnxruntime..", "com.sun.jna..", "org.tensorflow..", "org.bytedeco..")
        .check(CODE);
  }

  @Test
  void whatAllEnginesShareDoesNotKnowDjl() {
    noClasses()
        .that(inModule("lowering"))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("ai.djl..", "org.tensorflow..", "org.bytedeco..")
        .check(CODE);
  }

  @Test
  void onlyTheModuleForItKnowsGuice() {
    noClasses()
        .that(DescribedPredicate.not(inModule("guice")))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("com.google.inject..", "jakarta.inject..")
        .check(CODE);
  }

  @Test
  void onlyTheModuleForItKnowsSpark() {
    noClasses()
        .that(DescribedPredicate.not(inModule("spark")))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.spark..", "org.apache.hadoop..", "scala..")
        .check(CODE);
  }

  @Test
  void theApiNeedsNothingButTheJdkAndJspecify() {
    noClasses()
        .that(inModule("api"))
        .should()
        .dependOnClassesThat()
        .resideOutsideOfPackages("java..", "dev.espalier..", "org.jspecify..")
        .check(CODE);
  }

  @Test
  void nothingStaticChanges() {
    fields().that().areStatic().should().beFinal().check(CODE);
  }

  @Test
  void onlyTheCommandAndTheTerminalPrint() {
    noClasses()
        .that(DescribedPredicate.not(inModule("cli")))
        .and()
        .doNotHaveFullyQualifiedName("dev.espalier.core.internal.progress.Terminal")
        .should()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .orShould()
        .callMethod(Throwable.class, "printStackTrace")
        .check(CODE);
  }

  @Test
  void noPackageIsInTwoModules() {
    Map<String, Set<String>> modules = new java.util.TreeMap<>();
    CODE.forEach(
        type ->
            modules.computeIfAbsent(type.getPackageName(), n -> new TreeSet<>()).add(module(type)));
    assertThat(modules).allSatisfy((name, in) -> assertThat(in).as(name).hasSize(1));
  }

  /** More are hard to find one's way in; split the package by what its types are about. */
  @Test
  void noPackageHasMoreThanThirtyFiles() {
    Map<String, Set<String>> files = new java.util.TreeMap<>();
    CODE.forEach(
        type ->
            files
                .computeIfAbsent(type.getPackageName(), n -> new TreeSet<>())
                .add(type.getSource().flatMap(Source::getFileName).orElse(type.getSimpleName())));
    assertThat(files)
        .allSatisfy((name, in) -> assertThat(in).as(name).hasSizeLessThanOrEqualTo(30));
  }

  @Test
  void everyPackageIsNullMarked() {
    Set<JavaPackage> packages = new java.util.HashSet<>();
    CODE.forEach(type -> packages.add(type.getPackage()));
    assertThat(packages)
        .allSatisfy(
            one -> assertThat(one.isAnnotatedWith(NullMarked.class)).as(one.getName()).isTrue());
  }

  @Test
  void packagesOfTheApiDoNotGoInCircles() {
    slices()
        .matching("dev.espalier.(*)..")
        .should()
        .beFreeOfCycles()
        .check(CODE.that(inModule("api")));
  }

  @Test
  void packagesOfNoModuleGoInCircles() {
    for (String module : ARROWS.keySet()) {
      slices()
          .matching("dev.espalier.(**)")
          .should()
          .beFreeOfCycles()
          .as("the packages of " + module + " depend on each other in one direction")
          .check(CODE.that(inModule(module)));
    }
  }

  /** A plugin is exempt: it has a list for each kind of thing that it may bring. */
  @Test
  void interfacesOfTheApiStaySmall() {
    assertThat(
            CODE.that(inModule("api")).stream()
                .filter(JavaClass::isInterface)
                .filter(type -> !type.getFullName().equals("dev.espalier.plugin.Plugin")))
        .allSatisfy(
            type ->
                assertThat(
                        type.getMethods().stream()
                            .filter(method -> !method.getModifiers().contains(JavaModifier.STATIC))
                            .count())
                    .as(type.getName())
                    .isLessThanOrEqualTo(20));
  }

  @Test
  void noPublicNameNeedsBackticksInKotlin() {
    Set<JavaModifier> seen = Set.of(JavaModifier.PUBLIC, JavaModifier.PROTECTED);
    Stream<String> names =
        CODE.stream()
            .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
            .flatMap(
                type ->
                    Stream.concat(
                        Stream.of(type.getSimpleName()),
                        type.getMembers().stream()
                            .filter(
                                member -> member.getModifiers().stream().anyMatch(seen::contains))
                            .map(JavaMember::getName)));
    assertThat(names).doesNotContainAnyElementsOf(KOTLIN_KEYWORDS);
    assertThat(CODE.stream().map(JavaClass::getPackageName))
        .allSatisfy(
            name -> assertThat(name.split("\\.")).doesNotContainAnyElementsOf(KOTLIN_KEYWORDS));
  }

  @Test
  void pluginsHavePublicConstructorsAndAreDeclared() {
    assertThat(
            CODE.stream()
                .filter(type -> type.isAssignableTo("dev.espalier.plugin.Plugin"))
                .filter(type -> !type.isInterface())
                .map(JavaClass::getSimpleName))
        .containsExactlyInAnyOrder(
            "AugmentPlugin",
            "BuiltInPlugin",
            "BundledPlugin",
            "CallbacksPlugin",
            "ConvNeXtPlugin",
            "DatasetsPlugin",
            "EfficientNetPlugin",
            "WeightsPlugin",
            "MxNetPlugin",
            "OnnxPlugin",
            "OnnxRuntimePlugin",
            "PyTorchPlugin",
            "MobileNetPlugin",
            "ReportPlugin",
            "ResNetPlugin",
            "TensorFlowPlugin");
    assertThat(dev.espalier.core.PluginRegistry.discover().pluginIds())
        .containsExactlyInAnyOrder(
            "espalier",
            "augment",
            "bundled",
            "callbacks",
            "convnext",
            "datasets",
            "efficientnet",
            "mobilenet",
            "mxnet",
            "onnx",
            "onnxruntime",
            "pytorch",
            "report",
            "resnet",
            "tensorflow",
            "weights");
  }
}
