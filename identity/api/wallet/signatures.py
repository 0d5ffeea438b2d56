"""What the resident is asked to sign, on her phone."""

import base64
import binascii
from functools import partial
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from consortium import problems
from consortium.api.endpoints import checked
from consortium.api.exceptions import Refusal
from consortium.api.serializers import ModelSerializer, Serializer
from identity.actions.signatures import decline_signature, sign_document
from identity.context import ResidentActor
from identity.models import Signature, SignatureRequest
from identity.queries.signatures import open_requests

from .endpoints import WalletEndpoint


class SignatureRequestSerializer(ModelSerializer[SignatureRequest]):
    document = serializers.CharField(help_text="Name of the document, for her to see.")

    class Meta:
        model = SignatureRequest
        fields = ["id", "recipient", "document", "digest", "purpose", "created_at", "expires_at"]
        extra_kwargs = {
            "digest": {"help_text": "SHA-256 of the document, in hex: the message digest to sign."}
        }


class SignedSerializer(Serializer):
    signature = serializers.CharField(
        max_length=30_000, help_text="Detached CMS with the attributes of CAdES-B-B, DER in base64."
    )


class ReceiptSerializer(Serializer):
    id = serializers.UUIDField()
    signed_at = serializers.DateTimeField(help_text="By the platform's clock.")


@extend_schema(summary="署名の依頼の一覧", responses={200: SignatureRequestSerializer(many=True)})
class SignatureRequests(WalletEndpoint):
    """What waits for her."""

    operation_id = "wallet_signature_requests_list"

    def get(self, request: Request) -> Response:
        def read(her: ResidentActor) -> object:
            return SignatureRequestSerializer(open_requests(self.device.citizen_id), many=True).data

        return Response({"results": self.as_resident("read", read)})


@extend_schema(summary="署名の依頼", responses={200: SignatureRequestSerializer})
class OneRequest(WalletEndpoint):
    """Show it to her before her key is used."""

    operation_id = "wallet_signature_request_retrieve"

    def get(self, request: Request, request_id: UUID) -> Response:
        def read(her: ResidentActor) -> object:
            found = open_requests(self.device.citizen_id).filter(pk=request_id).first()
            return SignatureRequestSerializer(found).data if found else None

        if (found := self.as_resident("read", read)) is None:
            raise Refusal(problems.NOT_FOUND)
        return Response(found)


@extend_schema(summary="署名", request=SignedSerializer, responses={201: ReceiptSerializer})
class Signing(WalletEndpoint):
    """Hand in the signature. What is kept with it: our time, and our OCSP answer of that moment."""

    operation_id = "wallet_signature_sign"
    refuses = (problems.UNPROCESSABLE,)

    def post(self, request: Request, request_id: UUID) -> Response:
        try:
            content = base64.b64decode(checked(SignedSerializer, request)["signature"], validate=True)
        except (binascii.Error, ValueError):
            content = b""
        made = self.as_resident("sign", partial(_sign, self, request_id, content))
        return Response({"id": str(made.pk), "signed_at": made.signed_at.isoformat()}, status=201)


def _sign(view: WalletEndpoint, request_id: UUID, content: bytes, her: ResidentActor) -> Signature:
    return sign_document(by=her, device=view.device, request_id=request_id, content=content)


@extend_schema(summary="署名の辞退", request=None, responses={204: None})
class Declining(WalletEndpoint):
    """She does not want to sign."""

    operation_id = "wallet_signature_decline"
    refuses = (problems.UNPROCESSABLE,)
    bodyless = True

    def post(self, request: Request, request_id: UUID) -> Response:
        def decline(her: ResidentActor) -> None:
            decline_signature(by=her, request_id=request_id)

        self.as_resident("sign", decline)
        return Response(status=204)
