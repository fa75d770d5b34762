package org.elanus.dist;

import java.util.List;

class JavaSdkOnPulsarIT extends JavaSdkScenario {

    @Override
    List<String> settings() {
        return Brokers.onPulsar("sdk-");
    }
}
