"""Membership's audit events as sentences."""

from django.utils.translation import gettext_lazy as _

from consortium.audit import labels

labels.register(
    {
        "account.signed_in": _("%(actor)sがサインインしました"),
        "account.sign_in_failed": _("%(actor)sがサインインに失敗しました"),
        "account.language_chosen": _("%(actor)sが表示言語を選びました"),
        "account.password_changed": _("%(actor)sがパスワードを変更しました"),
        "account.password_reset": _("%(actor)sがパスワードを再設定しました"),
        "account.password_set": _("%(actor)sがパスワードを設定しました"),
        "account.totp_added": _("%(actor)sが認証アプリを登録しました"),
        "account.totp_removed": _("%(actor)sが認証アプリを削除しました"),
        "account.passkey_added": _("%(actor)sがパスキーを登録しました"),
        "account.passkey_removed": _("%(actor)sがパスキーを削除しました"),
        "account.recovery_codes_generated": _("%(actor)sが回復コードを作成しました"),
        "api_token.issued": _("%(actor)sがAPIトークンを発行しました"),
        "api_token.revoked": _("%(actor)sがAPIトークンを失効させました"),
        "account.email_change_asked": _("%(actor)sがメールアドレスの変更を申し込みました"),
        "account.email_changed": _("%(actor)sがメールアドレスを変更しました"),
        "account.email_change_stopped": _("%(actor)sがメールアドレスの変更を止めました"),
        "account.email_change_undone": _("%(actor)sが変更されたメールアドレスを元に戻しました"),
        "account.sessions_ended": _("%(actor)sがほかの端末をサインアウトしました"),
        "application.received": _("%(actor)sが参画を申請しました"),
        "application.declined": _("%(actor)sが参画申請を不承認としました"),
        "municipality.admitted": _("%(actor)sが自治体の参画を承認しました"),
        "deputy.appointed": _("%(actor)sが代理者を定めました"),
        "deputy.withdrawn": _("%(actor)sが代理を終えました"),
        "closing_day.added": _("%(actor)sが休庁日を登録しました"),
        "closing_day.removed": _("%(actor)sが休庁日を取り消しました"),
        "branding.changed": _("%(actor)sが画面の色と表示名を変更しました"),
        "invitation.accepted": _("%(actor)sが招待を受けました"),
        "recovery.opened": _("%(actor)sがアカウントの回復を始めました"),
        "recovery.confirmed": _("%(actor)sがアカウントの回復を確認しました"),
        "recovery.stopped": _("%(actor)sがアカウントの回復を止めました"),
        "recovery.used": _("%(actor)sが回復したアカウントに新しいパスワードを設定しました"),
        "secretary.invited": _("%(actor)sが事務局員を招待しました"),
        "staff.invited": _("%(actor)sが職員を招待しました"),
        "staff.signed_out": _("%(actor)sが職員をすべての端末からサインアウトしました"),
        "staff_invitation.revoked": _("%(actor)sが職員の招待を取り消しました"),
        "staff_post.begun": _("%(actor)sが職員に役割を割り当てました"),
        "staff_post.changed": _("%(actor)sが職員の役割を変更しました"),
        "staff_post.ended": _("%(actor)sが職員の任期を終えました"),
    }
)
