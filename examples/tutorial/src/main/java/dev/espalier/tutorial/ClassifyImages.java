package dev.espalier.tutorial;

import dev.espalier.core.classifier.Classification;
import dev.espalier.core.classifier.Classifier;
import dev.espalier.core.classifier.FileClassification;
import dev.espalier.core.classifier.HeatMap;
import dev.espalier.data.Image;
import dev.espalier.server.ClassificationServer;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Uses a trained model; docs/guide/application.md and serving.md explain it. */
final class ClassifyImages {
  private ClassifyImages() {}

  static String name(Path model, Path photo) {
    try (Classifier classifier = Classifier.load(model)) {
      Classification answer = classifier.classify(photo);
      return answer.isUnknown() ? "something else" : answer.className();
    }
  }

  static Classifier forAService(Path model) {
    Classifier classifier =
        Classifier.load(
            model, options -> options.engine("tensorflow").batchSize(8).queueLimit(100));
    classifier.warmUp();
    return classifier;
  }

  static void printAll(Classifier classifier, List<Path> photos) {
    try (Stream<FileClassification> answers = classifier.classifyFiles(photos)) {
      answers.forEach(
          one ->
              System.out.println(
                  one.file()
                      + ": "
                      + (one.classification() == null
                          ? one.problem()
                          : one.classification().top(3))));
    }
  }

  static ClassificationServer serve(Path model) {
    return ClassificationServer.start(
        options ->
            options
                .model("pets", model)
                .port(9000)
                .classifier(classifier -> classifier.batchSize(8).queueLimit(200)));
  }

  static Image whereItIs(Classifier classifier, Image photo) {
    HeatMap map = classifier.explain(photo, classifier.classify(photo).className());
    return map.over(photo);
  }
}
