package org.elanus.dist;

import java.util.List;

class JavaSdkIT extends JavaSdkScenario {

    @Override
    List<String> settings() {
        return List.of();
    }
}
