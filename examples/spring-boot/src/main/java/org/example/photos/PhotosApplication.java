package org.example.photos;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;

/** Says what is on photos that are sent to it. */
@SpringBootApplication
@EnableConfigurationProperties(PhotosProperties.class)
public class PhotosApplication {
  public static void main(String[] args) {
    SpringApplication.run(PhotosApplication.class, args);
  }
}
