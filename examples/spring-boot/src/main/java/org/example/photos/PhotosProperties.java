package org.example.photos;

import java.nio.file.Path;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Settings of this application.
 *
 * @param model model file to answer with
 * @param waitingImages largest number of images that wait; more are answered with 429
 * @param timeout time after which a request is answered with 503
 */
@ConfigurationProperties("photos")
public record PhotosProperties(Path model, int waitingImages, Duration timeout) {}
