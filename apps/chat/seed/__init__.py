"""Seeds the chat from the stories of a world."""

from numpy.random import Generator
from sqlalchemy import insert, select
from sqlalchemy.orm import joinedload

from gristmill.apps.chat import bookkeeping, models
from gristmill.apps.chat.seed import conversations, later, messages, reading
from gristmill.apps.chat.services.people import read_directory
from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.stories import script_of
from gristmill.apps.stories.acts import AnswerRule
from gristmill.apps.world.models import Job, Model, Sequence
from gristmill.apps.world.world import World
from gristmill.errors import PluginError

Rows = list[dict[str, object]]


def seed(world: World, rng: Generator) -> None:
    """Write the chat's rows: members, conversations and messages of the script. Equal `rng`, equal rows.

    What lies after the world's time becomes events.
    """
    script, sampler, now, desk_id = script_of(world), Sampler(rng), world.now, world.person.id
    jobs = list(world.db.scalars(select(Job).options(joinedload(Job.site)).order_by(Job.person_id)))
    _write(world, models.Member, conversations.member_rows(sampler, jobs, now, desk_id))
    where = conversations.Conversations(script, jobs, now)
    _write(world, models.Channel, [each.row for each in where.every])
    _write(world, models.FormerName, where.former)
    _write(world, models.Membership, conversations.membership_rows(sampler, where.every))
    people = read_directory(world.db).by_handle
    written = messages.write_messages(script.posts, where, people, now)
    _write_messages(world, written)
    pointers = reading.Reading(sampler, written, now, desk_id)
    _write(world, bookkeeping.ReadPointer, pointers.channel_rows(where.every))
    _write(world, bookkeeping.ThreadPointer, pointers.thread_rows())
    _write(world, models.Saved, pointers.saved_rows(where.every))
    _write(world, bookkeeping.Answer, answer_rows(script.rules, where))
    later.schedule_acts(world, script, where)


def _write_messages(world: World, written: messages.Written) -> None:
    _write(world, models.Message, written.messages)
    _write(world, models.Reaction, written.reactions)
    _write(world, models.Attachment, written.attachments)
    _write(world, models.Poll, written.polls)
    _write(world, models.Vote, written.votes)
    _write(world, bookkeeping.Mention, written.mentions)
    _write(world, bookkeeping.SearchText, written.words)
    keys: Rows = [{"key": key, "message_id": number} for key, number in written.ids.items()]
    _write(world, bookkeeping.StoryMessage, keys)
    numbers = {"chat_message": len(written.messages), "chat_mention": len(written.mentions)}
    channels = world.db.execute(select(models.Channel.id).order_by(models.Channel.id.desc())).first()
    numbers["chat_channel"] = channels[0] if channels else 0
    _write(world, Sequence, [{"name": name, "last": last} for name, last in numbers.items()])


def answer_rows(rules: list[AnswerRule], where: conversations.Conversations) -> Rows:
    """The rules by which people answer in the chat.

    Raises:
        PluginError: a rule is restricted to a channel that no story opens.
    """
    own = [rule for rule in rules if rule.app == "chat" and rule.person_id is not None]
    ids = {name: each.id for name, each in where.by_name.items()}
    if unknown := [rule.key for rule in own if rule.channel is not None and rule.channel not in ids]:
        raise PluginError(f"These answers are restricted to a channel that no story opens: {unknown}.")
    return [
        {
            "id": number, "key": rule.key, "person_id": rule.person_id, "pattern": rule.when,
            "after_s": rule.after_s, "text": rule.text, "used_by_message_id": None,
            "channel_id": ids[rule.channel] if rule.channel is not None else None,
        }
        for number, rule in enumerate(own, start=1)
    ]  # fmt: skip


def _write(world: World, model: type[Model], rows: Rows) -> None:
    if rows:
        world.db.execute(insert(model), rows)
