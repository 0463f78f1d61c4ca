rootProject.name = "shapes"
