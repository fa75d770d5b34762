package org.elanus.testkit.auth;

import java.util.ArrayList;
import java.util.List;
import org.elanus.spi.auth.Action;
import org.elanus.spi.auth.Authorizer;
import org.elanus.spi.auth.Resource;
import org.elanus.spi.database.Principal;

/** An authoriser under test, with examples of what it allows and of what it denies. At least one of each is needed. */
public final class AuthorizerSubject {

    record Question(Principal caller, Action action, Resource resource) {}

    private final Authorizer authorizer;
    private final List<Question> allowed = new ArrayList<>();
    private final List<Question> denied = new ArrayList<>();

    private AuthorizerSubject(Authorizer authorizer) {
        this.authorizer = authorizer;
    }

    public static AuthorizerSubject of(Authorizer authorizer) {
        return new AuthorizerSubject(authorizer);
    }

    public AuthorizerSubject allows(Principal caller, Action action, Resource resource) {
        allowed.add(new Question(caller, action, resource));
        return this;
    }

    public AuthorizerSubject denies(Principal caller, Action action, Resource resource) {
        denied.add(new Question(caller, action, resource));
        return this;
    }

    Authorizer authorizer() {
        return authorizer;
    }

    List<Question> allowed() {
        return allowed;
    }

    List<Question> denied() {
        return denied;
    }
}
