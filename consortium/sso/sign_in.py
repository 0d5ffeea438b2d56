"""The sign-in form for people who come back from their provider to link an account."""

from consortium.membership.sign_in_forms import SignInForm as MembershipForm

from . import sessions


class SignInForm(MembershipForm):
    def prepare(self) -> None:
        super().prepare()
        self.fields["login"].initial = sessions.pending_email(self.request)
