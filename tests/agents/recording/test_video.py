import io
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from gristmill.agents.recording.video import CAPTION_HEIGHT, captioned, require_opencv, write_video
from gristmill.agents.rollouts.results import EpisodeResult
from gristmill.errors import MissingExtraError


def picture(colour: str, size: tuple[int, int] = (161, 120)) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, colour).save(file, "JPEG")
    return file.getvalue()


@pytest.fixture
def result(played: list[EpisodeResult]) -> EpisodeResult:
    frames = [picture("red")] + [picture("blue")] * len(played[0].steps)
    return replace(played[0], frames=tuple(frames))


def test_each_page_has_its_action_below_it_and_all_are_of_one_size(result: EpisodeResult) -> None:
    pictures = captioned(result)
    assert len(pictures) == len(result.steps) + 1
    assert {each.shape for each in pictures} == {(120 + CAPTION_HEIGHT, 160, 3)}
    assert pictures[0][0, 0, 0] > 200
    assert pictures[1][0, 0, 2] > 200
    assert (pictures[0][125:] < 100).any()


def test_the_video_has_a_frame_for_each_page_and_one_more_at_the_end(
    result: EpisodeResult, tmp_path: Path
) -> None:
    cv2 = pytest.importorskip("cv2")
    write_video(result, tmp_path / "episode.mp4")
    video = cv2.VideoCapture(str(tmp_path / "episode.mp4"))
    frames = 0
    while video.read()[0]:
        frames += 1
    assert frames == len(result.steps) + 2


def test_without_screenshots_there_is_no_video(played: list[EpisodeResult], tmp_path: Path) -> None:
    pytest.importorskip("cv2")
    with pytest.raises(ValueError, match="without screenshots"):
        write_video(played[0], tmp_path / "episode.mp4")


def test_without_opencv_the_error_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cv2", None)
    with pytest.raises(MissingExtraError, match=r"gristmill\[video\]"):
        require_opencv()
