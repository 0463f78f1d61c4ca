plugins {
  application
}

repositories {
  mavenLocal()
  mavenCentral()
}

dependencies {
  implementation(platform("dev.espalier:espalier-bom:0.1.0-SNAPSHOT"))
  implementation("dev.espalier:espalier-core")
  implementation("dev.espalier:espalier-datasets")
  implementation("dev.espalier:espalier-engine-tensorflow")
  // The native library of your platform: Maven chooses it by a profile, which Gradle does not read.
  runtimeOnly("org.tensorflow:tensorflow-core-native:1.0.0-rc.1:linux-x86_64") { isTransitive = false }
  // Prints Espalier's log; any other backend of SLF4J will do.
  runtimeOnly("org.slf4j:slf4j-simple:2.0.17")
}

application {
  mainClass = "org.example.shapes.ShapesApplication"
}
