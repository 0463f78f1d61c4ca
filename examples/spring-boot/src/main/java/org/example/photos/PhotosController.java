package org.example.photos;

import dev.espalier.core.Predictions.ClassScore;
import dev.espalier.core.classifier.Classifier;
import dev.espalier.datasets.image.ImageDecoder;
import dev.espalier.error.EspalierException;
import java.io.IOException;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.multipart.MultipartFile;

/** Answers {@code POST /photos} with the classes of the uploaded photo, the most likely first. */
@RestController
class PhotosController {
  private static final int CLASSES = 3;

  private final Classifier classifier;

  PhotosController(Classifier classifier) {
    this.classifier = classifier;
  }

  @PostMapping("/photos")
  List<ClassScore> classify(@RequestParam MultipartFile photo) throws IOException {
    var image = ImageDecoder.standard().decode(photo.getBytes(), "The uploaded file");
    return classifier.classify(image).top(CLASSES);
  }

  @ExceptionHandler
  ProblemDetail refuse(EspalierException e) {
    HttpStatus status =
        switch (e.code()) {
          case INVALID_IMAGE -> HttpStatus.BAD_REQUEST;
          case CLASSIFIER_BUSY -> HttpStatus.TOO_MANY_REQUESTS;
          case TIMED_OUT, CLOSED -> HttpStatus.SERVICE_UNAVAILABLE;
          default -> HttpStatus.INTERNAL_SERVER_ERROR;
        };
    return ProblemDetail.forStatusAndDetail(status, e.problem());
  }
}
