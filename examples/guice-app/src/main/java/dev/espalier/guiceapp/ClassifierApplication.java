package dev.espalier.guiceapp;

import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Module;
import dev.espalier.guice.EspalierModule;
import dev.espalier.guice.OpenedEngines;
import java.io.IOException;
import java.nio.file.Path;

/** Puts the service together, trains it, and lets it answer until Enter is pressed. */
public final class ClassifierApplication {
  private ClassifierApplication() {}

  // guide:module
  static Module module(Path configuration) {
    return EspalierModule.of(sources -> sources.file(configuration).environment(System.getenv()));
  }

  // guide:end

  /** Starts; the argument is a configuration file, {@code espalier.conf} if there is none. */
  public static void main(String[] arguments) throws IOException {
    Path configuration = Path.of(arguments.length == 0 ? "espalier.conf" : arguments[0]);
    // guide:main
    Injector injector = Guice.createInjector(module(configuration));
    try (ClassifierService service = injector.getInstance(ClassifierService.class);
        ClassifierServer server = injector.getInstance(ClassifierServer.class)) {
      service.train();
      System.out.println("curl --data-binary @image.png localhost:" + server.start() + "/classify");
      System.in.read();
    } finally {
      injector.getInstance(OpenedEngines.class).close();
    }
    // guide:end
  }
}
