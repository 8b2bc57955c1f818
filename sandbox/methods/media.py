"""Methods that carry files: photos, documents, albums, downloads."""

from collections.abc import Callable

from sandbox import limits
from sandbox.errors import CANNOT_EDIT_MEDIA, bad_request
from sandbox.methods.args import Args, as_list, as_object
from sandbox.methods.common import (
    CAPTIONED,
    EDITING,
    SENDING,
    Method,
    caption_fields,
    check_right,
    deliver,
    inline_markup,
    own_caption,
    reply_markup,
    sending_fields,
    writable_chat,
)
from sandbox.methods.messages import message_to_edit, put_edit
from sandbox.records import Json, StoredFile
from sandbox.world import World

_KIND_NAMES = {"photo": "Photo", "document": "Document"}
_MEDIA_FIELDS = (
    "photo", "document", "caption", "caption_entities", "show_caption_above_media", "has_media_spoiler", "text",
    "entities", "link_preview_options",
)  # fmt: skip


def send_photo(world: World, args: Args) -> object:
    chat = writable_chat(world, args)
    markup = reply_markup(args)
    content = {**sending_fields(args, chat), **own_caption(args)}
    content.update(media_fields(_own_file(world, args, "photo"), spoiler=args.flag("has_spoiler")))
    return deliver(world, chat, content, markup)


def send_document(world: World, args: Args) -> object:
    chat = writable_chat(world, args)
    markup = reply_markup(args)
    content = {**sending_fields(args, chat), **own_caption(args)}
    content.update(media_fields(_own_file(world, args, "document"), spoiler=False))
    return deliver(world, chat, content, markup)


def send_media_group(world: World, args: Args) -> object:
    chat = writable_chat(world, args)
    listed = as_list(args.decoded("media", "can't parse media JSON object"), "expected an Array of InputMedia")
    if not limits.ALBUM_MIN <= len(listed) <= limits.ALBUM_MAX:
        raise bad_request("wrong number of messages in the media group" if listed else "there are no messages to send")
    kinds = {str(item.get("type")) for item in listed if isinstance(item, dict)}
    if len(kinds) > 1 and "document" in kinds:
        raise bad_request("document can't be mixed with other media types")
    contents = [_input_media(world, args, item) for item in listed]
    common = sending_fields(args, chat)
    for content in contents:
        check_right(world, chat, content)
    group = world.next_album_id()
    return [world.say(chat, {**common, **content, "media_group_id": group}) for content in contents]


def edit_message_media(world: World, args: Args) -> object:
    """Another photo or document in the place of the old one, or of a text (since Bot API 7.11)."""
    chat, old = message_to_edit(world, args, refusal=CANNOT_EDIT_MEDIA)
    media = args.decoded("media", "can't parse input media JSON object")
    if media is None:
        raise bad_request('parameter "media" is required')
    content = _input_media(world, args, media)
    markup = inline_markup(args)
    if "poll" in old:
        raise bad_request(CANNOT_EDIT_MEDIA)
    if "media_group_id" in old and ("photo" in old) != ("photo" in content):
        raise bad_request("can't change media type in the album")
    return put_edit(world, chat, old, content, markup=markup, replaced=_MEDIA_FIELDS)


def get_file(world: World, args: Args) -> object:
    file_id = args.text("file_id")
    if not file_id:
        raise bad_request("file_id not specified")
    file = world.files.by_id(file_id)
    if file is None:
        raise bad_request("invalid file_id")
    if len(file.content) > limits.DOWNLOAD_BYTES:
        raise bad_request("file is too big")
    return {
        "file_id": file.file_id,
        "file_unique_id": file.unique_id,
        "file_size": len(file.content),
        "file_path": file.path,
    }


def _own_file(world: World, args: Args, kind: str) -> StoredFile:
    reference = f"attach://{kind}" if kind in args.uploads else args.text(kind)
    return find_file(world, args, reference, kind, f"there is no {kind} in the request")


def find_file(world: World, args: Args, reference: str, kind: str, missing: str) -> StoredFile:
    """An uploaded file, or a known one by its file_id; the sandbox reaches no URL."""
    if not reference:
        raise bad_request(missing)
    if reference.startswith("attach://"):
        upload = args.uploads.get(reference.removeprefix("attach://"))
        if upload is None:
            raise bad_request(missing)
        keep: Callable[..., StoredFile] = world.files.add_photo if kind == "photo" else world.files.add_document
        return keep(upload)
    if reference.startswith(("http://", "https://")):
        raise bad_request("failed to get HTTP URL content")
    file = world.files.by_id(reference)
    if file is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    if file.kind != kind:
        raise bad_request(f"can't use file of type {_KIND_NAMES[file.kind]} as {_KIND_NAMES[kind]}")
    return file


def media_fields(file: StoredFile, *, spoiler: bool) -> Json:
    if file.kind == "document":
        return {"document": file.as_document()}
    fields: Json = {"photo": file.as_photo()}
    if spoiler:
        fields["has_media_spoiler"] = True
    return fields


def _input_media(world: World, args: Args, value: object) -> Json:
    media = as_object(value, "can't parse InputMedia: expected an Object")
    kind = media.get("type")
    if kind not in ("photo", "document"):
        raise bad_request(f'can\'t parse InputMedia: type "{kind}" is unsupported')
    reference = media.get("media")
    missing = "can't parse InputMedia: media not found"
    file = find_file(world, args, reference if isinstance(reference, str) else "", str(kind), missing)
    caption = caption_fields(
        str(media.get("caption") or ""),
        str(media.get("parse_mode") or ""),
        media.get("caption_entities"),
        above=bool(media.get("show_caption_above_media")),
    )
    return {**media_fields(file, spoiler=bool(media.get("has_spoiler"))), **caption}


METHODS = (
    Method("sendPhoto", SENDING | CAPTIONED | {"photo", "has_spoiler"}, send_photo, "send"),
    Method(
        "sendDocument",
        (SENDING | CAPTIONED | {"document", "thumbnail", "disable_content_type_detection"})
        - {"show_caption_above_media"},
        send_document,
        "send",
    ),
    Method("sendMediaGroup", (SENDING - {"reply_markup"}) | {"media"}, send_media_group, "send"),
    Method("editMessageMedia", EDITING | {"media"}, edit_message_media, "edit"),
    Method("getFile", frozenset({"file_id"}), get_file),
)
