package dev.espalier.rules;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The compiled classes of all modules, without tests. */
final class EspalierCode {
  /** A folder of the reactor or a jar of a repository. */
  private static final Pattern MODULE =
      Pattern.compile("/(?:engines/)?([a-z]+)/target/|/espalier-([a-z-]+?)-\\d");

  private EspalierCode() {}

  static JavaClasses classes() {
    return new ClassFileImporter()
        .withImportOption(new ImportOption.DoNotIncludeTests())
        .importPackages("dev.espalier");
  }

  /** Returns the folder of the module a class belongs to, such as {@code core}. */
  static String module(JavaClass type) {
    String place = type.getSource().map(source -> source.getUri().toString()).orElse("");
    Matcher matcher = MODULE.matcher(place);
    if (!matcher.find()) {
      throw new AssertionError(type.getName() + " comes from an unexpected place: " + place);
    }
    String folder = matcher.group(1);
    return folder == null ? matcher.group(2).replace("engine-", "") : folder;
  }

  static DescribedPredicate<JavaClass> inModule(String... modules) {
    return DescribedPredicate.describe(
        "in " + String.join(", ", modules),
        type -> {
          for (String module : modules) {
            if (module(type.getBaseComponentType()).equals(module)) {
              return true;
            }
          }
          return false;
        });
  }
}
